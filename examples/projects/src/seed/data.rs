//! The data of the demo's accounts.

use crate::entity::task::State::{self, Doing, Done, Open};

/// An account with its rows.
pub(super) struct AccountSeed {
    pub(super) name: &'static str,
    pub(super) subdomain: &'static str,
    pub(super) country: &'static str,
    /// Names and emails.
    pub(super) users: &'static [(&'static str, &'static str)],
    pub(super) managers: &'static [&'static str],
    pub(super) projects: &'static [ProjectSeed],
}

/// A project.
pub(super) struct ProjectSeed {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// Indexes into the account's list of managers.
    pub(super) managers: &'static [usize],
    pub(super) tasks: &'static [TaskSeed],
}

/// A task's name, its state, and its due date or an empty text.
pub(super) type TaskSeed = (&'static str, State, &'static str);

/// The countries of accounts.
pub(super) const COUNTRIES: &[&str] = &[
    "Australia",
    "Brazil",
    "Canada",
    "France",
    "Germany",
    "India",
    "Italy",
    "Japan",
    "Kenya",
    "Mexico",
    "Netherlands",
    "Norway",
    "Poland",
    "South Africa",
    "South Korea",
    "Spain",
    "Sweden",
    "Türkiye",
    "United Kingdom",
    "United States",
];

/// The accounts. All three plan to move their offices, and two to relaunch their websites: equal names in different
/// accounts are unrelated.
pub(super) const ACCOUNTS: &[AccountSeed] = &[
    AccountSeed {
        name: "Acme Rockets",
        subdomain: "acme",
        country: "United States",
        users: &[("Ada Morales", "ada@acme.example"), ("Ben Okafor", "ben@acme.example")],
        managers: &["Grace Whitfield", "Marcus Bell", "Priya Raman", "Tom Delgado"],
        projects: &[
            ProjectSeed {
                name: "Kestrel upper stage",
                description: "A restartable upper stage for small satellites, ready for its first flight next year.",
                managers: &[0, 2],
                tasks: &[
                    ("Freeze the tank geometry", Done, "2026-02-13"),
                    ("Hot-fire the second engine", Doing, "2026-09-18"),
                    ("Review the avionics harness", Doing, "2026-10-02"),
                    ("Write the flight termination plan", Open, "2026-11-20"),
                    ("Book the vibration table", Open, "2026-12-04"),
                ],
            },
            ProjectSeed {
                name: "Launch pad 3 refit",
                description: "New deluge system, new umbilicals, and no more rust.",
                managers: &[1],
                tasks: &[
                    ("Inspect the flame trench", Done, "2026-03-06"),
                    ("Order the deluge pumps", Done, "2026-04-17"),
                    ("Weld the umbilical tower", Doing, "2026-10-23"),
                    ("Paint everything that is left", Open, ""),
                ],
            },
            ProjectSeed {
                name: "Range safety audit",
                description: "The yearly audit, with last year's findings closed first.",
                managers: &[2, 3],
                tasks: &[
                    ("Close the findings of last year", Done, "2026-01-30"),
                    ("Rehearse the evacuation", Open, "2026-10-09"),
                    ("Collect the radar certificates", Doing, "2026-09-25"),
                    ("Invite the auditors", Open, "2026-11-02"),
                ],
            },
            ProjectSeed {
                name: "Website relaunch",
                description: "Live launch coverage, and a page for people who want to book a seat for their satellite.",
                managers: &[3],
                tasks: &[
                    ("Collect photographs of the last launch", Done, "2026-05-15"),
                    ("Write the page on ride sharing", Doing, "2026-09-30"),
                    ("Test the stream with two thousand viewers", Open, "2026-11-13"),
                    ("Choose a new colour for the buttons", Open, ""),
                ],
            },
            ProjectSeed {
                name: "Office move",
                description: "From the hangar's mezzanine to the building next to it.",
                managers: &[1, 3],
                tasks: &[
                    ("Measure the clean room's door", Done, "2026-06-05"),
                    ("Label the cables", Open, "2026-10-16"),
                    ("Move the coffee machine last", Open, "2026-10-30"),
                    ("Return the old keys", Open, "2026-11-06"),
                ],
            },
        ],
    },
    AccountSeed {
        name: "Nordlicht Verlag",
        subdomain: "nordlicht",
        country: "Germany",
        users: &[("Jana Petersen", "jana@nordlicht.example"), ("Emil Brandt", "emil@nordlicht.example")],
        managers: &["Friederike Lange", "Jonas Albrecht", "Katharina Weiß", "Ole Hansen"],
        projects: &[
            ProjectSeed {
                name: "Autumn catalogue",
                description: "Twenty-two new titles, printed by the time of the book fair.",
                managers: &[0],
                tasks: &[
                    ("Collect the blurbs", Done, "2026-05-08"),
                    ("Clear the rights for the cover pictures", Doing, "2026-09-04"),
                    ("Proofread the index", Doing, "2026-09-11"),
                    ("Send it to the printer", Open, "2026-09-21"),
                ],
            },
            ProjectSeed {
                name: "Lighthouse anthology",
                description: "Stories from forty lighthouses between Borkum and Rügen.",
                managers: &[0, 2],
                tasks: &[
                    ("Sign the last three authors", Done, "2026-03-20"),
                    ("Edit the story of the Roter Sand", Done, "2026-07-10"),
                    ("Draw the map of the coast", Doing, "2026-10-05"),
                    ("Find a translator for the Danish stories", Open, "2026-10-19"),
                    ("Choose the paper", Open, ""),
                ],
            },
            ProjectSeed {
                name: "Audio book studio",
                description: "A small recording room under the roof, so that readings need not be rented any more.",
                managers: &[1],
                tasks: &[
                    ("Ask the landlord", Done, "2026-02-27"),
                    ("Insulate the skylight", Doing, "2026-09-28"),
                    ("Buy two microphones", Open, "2026-10-12"),
                    ("Record a first chapter as a trial", Open, "2026-11-16"),
                ],
            },
            ProjectSeed {
                name: "Website relaunch",
                description: "A shop that works on telephones, and a page for every author.",
                managers: &[2, 3],
                tasks: &[
                    ("Export the old catalogue", Done, "2026-06-19"),
                    ("Photograph the authors", Doing, "2026-10-01"),
                    ("Connect the warehouse", Open, "2026-10-26"),
                    ("Redirect the old addresses", Open, "2026-11-30"),
                ],
            },
            ProjectSeed {
                name: "Office move",
                description: "Two floors up, with nine thousand books.",
                managers: &[3],
                tasks: &[
                    ("Count the shelves", Done, "2026-07-03"),
                    ("Reserve the lift", Open, "2026-12-01"),
                    ("Sort out the returns", Doing, "2026-11-09"),
                    ("Tell the post office", Open, "2026-12-14"),
                ],
            },
        ],
    },
    AccountSeed {
        name: "Kaze Bicycles",
        subdomain: "kaze",
        country: "Japan",
        users: &[("Haruka Mori", "haruka@kaze.example"), ("Kenji Sato", "kenji@kaze.example")],
        managers: &["Aiko Tanaka", "Daichi Fujita", "Naomi Ueda"],
        projects: &[
            ProjectSeed {
                name: "Folding commuter K2",
                description: "Folds in eight seconds, fits under a seat of the Chūō line.",
                managers: &[0, 1],
                tasks: &[
                    ("Fold the prototype ten thousand times", Done, "2026-04-24"),
                    ("Lighten the hinge", Doing, "2026-09-16"),
                    ("Approve the saddle", Open, "2026-10-07"),
                    ("Film the eight seconds", Open, "2026-11-11"),
                ],
            },
            ProjectSeed {
                name: "Paint shop upgrade",
                description: "Water-based paints for all frames.",
                managers: &[1],
                tasks: &[
                    ("Compare the three suppliers", Done, "2026-03-13"),
                    ("Train the night shift", Doing, "2026-09-29"),
                    ("Measure the drying times in August", Done, "2026-08-21"),
                    ("Dispose of the old solvents", Open, "2026-10-20"),
                    ("Repaint the logo by hand", Open, ""),
                ],
            },
            ProjectSeed {
                name: "Dealer portal",
                description: "Dealers order spare parts themselves.",
                managers: &[2],
                tasks: &[
                    ("Ask ten dealers what they need", Done, "2026-05-22"),
                    ("Import the parts list", Doing, "2026-09-08"),
                    ("Translate it into Korean", Open, "2026-10-28"),
                    ("Switch the fax machine off", Open, "2027-03-31"),
                ],
            },
            ProjectSeed {
                name: "Shimanami ride",
                description: "The company's yearly ride over six islands.",
                managers: &[0, 2],
                tasks: &[
                    ("Book the inn on Ikuchijima", Done, "2026-06-12"),
                    ("Check the spare wheels", Open, "2026-10-14"),
                    ("Order the lunch boxes", Open, "2026-10-21"),
                    ("Print the numbers", Open, "2026-10-22"),
                ],
            },
            ProjectSeed {
                name: "Office move",
                description: "To the ground floor, so that bicycles can come to meetings.",
                managers: &[2],
                tasks: &[
                    ("Draw the floor plan", Done, "2026-08-07"),
                    ("Widen the entrance", Doing, "2026-09-22"),
                    ("Mount the wall hooks", Open, "2026-10-13"),
                    ("Invite the neighbours", Open, "2026-11-04"),
                ],
            },
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_are_valid_and_match_the_readme() {
        let projects: Vec<_> = ACCOUNTS.iter().flat_map(|account| account.projects).collect();
        let tasks: Vec<_> = projects.iter().flat_map(|project| project.tasks).collect();
        assert_eq!((ACCOUNTS.len(), projects.len(), tasks.len()), (3, 15, 63));
        for (name, _, due_on) in tasks {
            assert!(
                due_on.is_empty() || due_on.parse::<sea_orm::prelude::Date>().is_ok(),
                "{name}: {due_on}"
            );
        }
        for account in ACCOUNTS {
            assert!(COUNTRIES.contains(&account.country));
            let managers = account.projects.iter().flat_map(|project| project.managers);
            assert!(managers.clone().all(|index| *index < account.managers.len()));
        }
    }
}
