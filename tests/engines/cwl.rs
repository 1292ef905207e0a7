//! CWL: a tool for one read set, run by cwltool.

use serde_json::Value;

use super::Example;

#[test]
fn a_tool_uploads_a_pair() {
    let Some(example) = Example::new("cwl", "cwltool") else { return };
    let script = &example.blocks()[0];
    let said = example.run(script);
    assert!(said.expect(1).stderr.contains("completed temporaryFail"), "{}", said.stderr);

    let said = example.run(script);
    let output: Value = serde_json::from_str(&said.expect(0).stdout).unwrap();
    let id = output["read_set_id"].as_str().unwrap();
    example.holds_pair(id, "NA12878_S1");
    let receipt: Value = serde_json::from_str(&example.read("receipt.json")).unwrap();
    assert_eq!(receipt["receipts"][0]["read_set_id"], id);

    let again: Value = serde_json::from_str(&example.run(script).expect(0).stdout).unwrap();
    assert_eq!(again["read_set_id"], id);
    example.sent_once(1, 2);
}
