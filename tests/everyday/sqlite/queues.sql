SELECT * FROM job WHERE state = 'ready' AND run_at <= datetime('now') ORDER BY run_at LIMIT 1;
UPDATE job SET state = 'running', locked_by = ?, locked_at = datetime('now') WHERE id = (SELECT id FROM job WHERE state = 'ready' AND run_at <= datetime('now') ORDER BY run_at, id LIMIT 1) RETURNING *;
UPDATE job SET state = 'running', attempts = attempts + 1 WHERE id IN (SELECT id FROM job WHERE state = 'ready' ORDER BY id LIMIT ?) RETURNING id, payload;
UPDATE job SET locked_at = datetime('now') WHERE id = ? AND locked_by = ?;
SELECT queue, state, count(*), min(run_at) FROM job GROUP BY queue, state;
UPDATE job SET state = 'ready', locked_by = NULL, locked_at = NULL WHERE state = 'running' AND locked_at < datetime('now', '-15 minutes') RETURNING id;
DELETE FROM job WHERE id = ? AND state = 'running' RETURNING payload;
INSERT INTO job (account_id, queue, payload) SELECT ?, 'notify', json_object('user', id) FROM users WHERE active;
SELECT count(*) FROM job WHERE state = 'ready' AND run_at < datetime('now', '-5 minutes');
