//! A headless Chromium that is driven through two pipes, by the Chrome `DevTools` Protocol.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

/// Chromium with one page.
pub(crate) struct Browser {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    session: String,
    calls: u64,
    /// What it has told since the page was opened.
    events: Vec<Value>,
    folder: tempfile::TempDir,
}

/// The program; on a machine that is there to test, it has to be.
fn program() -> Option<&'static str> {
    let runs = |name: &&str| {
        let mut command = Command::new(name);
        let silent = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        silent.status().is_ok_and(|status| status.success())
    };
    let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|n| runs(n));
    assert!(found.is_some() || env::var_os("CI").is_none(), "Chromium is not installed");
    if found.is_none() {
        #[expect(clippy::print_stderr, reason = "what was not tested has to be seen")]
        {
            eprintln!("skipped: Chromium is not installed");
        }
    }
    found
}

impl Browser {
    /// `None` where there is no Chromium.
    pub(crate) fn start() -> Option<Self> {
        let program = program()?;
        let folder = tempfile::tempdir().unwrap();
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        // It reads commands from descriptor 3 and writes to 4. What hangs is ended.
        let script = r#"exec timeout 300 "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;
        let mut child = Command::new("sh")
            .args(["-c", script, program, "--headless", "--remote-debugging-pipe", &profile])
            // Chromium's sandbox refuses root, which tests in containers are; the pages are our own.
            .args(["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"])
            .args(["--no-first-run", "--disable-background-networking", "--disable-extensions"])
            .args(["--disable-component-update", "--disable-sync", "--hide-scrollbars"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (session, events) = (String::new(), Vec::new());
        let mut browser = Self { child, input, output, session, calls: 0, events, folder };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", attach);
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        for domain in ["Page", "Runtime", "Log", "Network", "DOM"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Calls a method, and waits for its answer.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.calls += 1;
        let mut message = json!({ "id": self.calls, "method": method });
        message["params"] = params;
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut input = self.input.as_ref().unwrap();
        write!(input, "{message}\0").unwrap();
        loop {
            let mut told = self.next();
            if told["id"] == json!(self.calls) {
                assert!(told["error"].is_null(), "{method}: {told}");
                return told["result"].take();
            }
            self.events.push(told);
        }
    }

    fn next(&mut self) -> Value {
        let mut message = Vec::new();
        self.output.read_until(0, &mut message).unwrap();
        assert_eq!(message.pop(), Some(0), "Chromium has ended");
        serde_json::from_slice(&message).unwrap()
    }

    /// Opens a page from a file, and waits until it is loaded.
    pub(crate) fn open(&mut self, page: &str) {
        let file = self.folder.path().join("report.html");
        fs::write(&file, page).unwrap();
        self.events.clear();
        self.call("Page.navigate", json!({ "url": format!("file://{}", file.display()) }));
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.next();
            self.events.push(event);
        }
    }

    /// The value of an expression, of which the page's policy knows nothing.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true });
        let mut result = self.call("Runtime.evaluate", params);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].take()
    }

    fn told(&self, methods: &[&str]) -> Vec<&Value> {
        let of = |event: &&Value| methods.iter().any(|method| event["method"] == *method);
        self.events.iter().filter(of).map(|event| &event["params"]).collect()
    }

    /// What it has complained about: errors, broken rules of the policy, exceptions, and what the page
    /// has said.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        // What was told before an answer has arrived with it.
        self.eval("0");
        let methods = ["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"];
        self.told(&methods).into_iter().map(Value::to_string).collect()
    }

    /// The addresses that were asked for, and not refused by the page's own policy.
    pub(crate) fn requests(&mut self) -> Vec<String> {
        self.eval("0");
        let refused = self.told(&["Network.loadingFailed"]);
        let is_refused = |id: &Value| {
            refused
                .iter()
                .any(|failed| failed["requestId"] == *id && failed["blockedReason"] == "csp")
        };
        let asked = self.told(&["Network.requestWillBeSent"]).into_iter();
        let asked = asked.filter(|request| !is_refused(&request["requestId"]));
        asked.map(|request| request["request"]["url"].as_str().unwrap().to_owned()).collect()
    }

    /// A picture of the page.
    pub(crate) fn screenshot(&mut self, file: &Path) {
        let params = json!({ "format": "png" });
        let shot = self.call("Page.captureScreenshot", params);
        let bytes = data_encoding::BASE64.decode(shot["data"].as_str().unwrap().as_bytes());
        fs::write(file, bytes.unwrap()).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends when nobody can command it any more.
        self.input = None;
        let _ = self.child.wait();
    }
}
