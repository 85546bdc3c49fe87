//! What a set of tenants touches: the shards of its tenants, and no others.
