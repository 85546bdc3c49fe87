//! The code in the guide is the code of this example.

const GUIDE: &str = include_str!("../../../../docs/guide/loco.md");
const SOURCES: [&str; 4] = [
    include_str!("../../src/entity.rs"),
    include_str!("../../src/initializers.rs"),
    include_str!("../../src/controllers.rs"),
    include_str!("../../src/workers.rs"),
];

#[test]
fn the_guides_code_is_in_the_example() {
    let blocks: Vec<_> = GUIDE.split("```rust\n").skip(1).filter_map(|text| text.split_once("```")).collect();
    assert!(blocks.len() >= 5, "{}", blocks.len());
    for (block, _) in blocks {
        assert!(
            SOURCES.iter().any(|source| source.contains(block)),
            "this code is not in the example:\n{block}"
        );
    }
}
