//! The page in a real browser: nothing to complain about, no request, and what the script does.

use std::{fs, path::Path};

use omics_upload::page;
use serde_json::json;

use super::{
    browser::Browser,
    sample::{hostile, report},
};

/// The lines of the read sets that are shown, in their order.
const SHOWN: &str = "[...document.querySelectorAll('#t > tbody')].filter(b => b.offsetHeight > 0)\
                     .map(b => Number(b.id.slice(1)))";

fn lines(browser: &mut Browser) -> Vec<u64> {
    serde_json::from_value(browser.eval(SHOWN)).unwrap()
}

fn click(browser: &mut Browser, element: &str) {
    browser.eval(&format!("document.querySelector(`{element}`).click()"));
}

fn search(browser: &mut Browser, text: &str) {
    browser.eval(&format!("q.value = '{text}'; q.dispatchEvent(new Event('input'))"));
}

fn is_quiet(browser: &mut Browser) {
    assert_eq!(browser.complaints(), [""; 0]);
    let requests = browser.requests();
    assert!(matches!(&requests[..], [page] if page.starts_with("file://")), "{requests:?}");
}

#[test]
fn it_loads_without_a_complaint_or_a_request() {
    let Some(mut browser) = Browser::start() else { return };
    for page in [page::html(&report(60)), page::html(&report(0)), page::html(&hostile("\"><i>'"))] {
        browser.open(&page);
        is_quiet(&mut browser);
        assert_eq!(browser.eval("document.querySelectorAll('i').length"), 0);
        assert_eq!(browser.eval("document.compatMode"), "CSS1Compat");
    }
}

#[test]
fn the_policy_stops_what_is_not_of_the_page() {
    let Some(mut browser) = Browser::start() else { return };
    let foreign = r#"<img src="http://127.0.0.1:9/x.png"><script>document.title = 'foreign'</script>
        <p id="p" style="position:fixed">p</p><a onclick="x"></a></body>"#;
    browser.open(&page::html(&report(3)).replace("</body>", foreign));
    assert_eq!(browser.eval("document.title"), "samples.csv – upload report");
    assert_eq!(browser.eval("getComputedStyle(p).position"), "static");
    assert_eq!(browser.requests().len(), 1);
    let complaints = browser.complaints();
    assert!(complaints.len() >= 3, "{complaints:?}");
}

#[test]
fn it_sorts_by_every_column_and_back() {
    let Some(mut browser) = Browser::start() else { return };
    let report = report(60);
    browser.open(&page::html(&report));
    let sorted = |key: &dyn Fn(&page::ReadSetRow) -> u64| {
        let mut rows: Vec<_> = report.rows.iter().collect();
        rows.sort_by_key(|row| key(row));
        rows.iter().map(|row| row.line).collect::<Vec<_>>()
    };
    let size = |row: &page::ReadSetRow| row.files.iter().map(|file| file.bytes.get()).sum();
    let in_order: Vec<u64> = report.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines(&mut browser), in_order);
    for (column, expected) in [
        (6, sorted(&size)),
        (2, sorted(&|row| row.status as u64)),
        (3, in_order.clone()),
        (1, in_order.clone()),
    ] {
        click(&mut browser, &format!("#t thead th:nth-child({column}) button"));
        assert_eq!(lines(&mut browser), expected, "column {column}");
        let sort = format!("document.querySelector('th:nth-child({column})').ariaSort");
        assert_eq!(browser.eval(&sort), "ascending");
        assert_eq!(browser.eval("document.querySelectorAll('[aria-sort]').length"), 1);
        click(&mut browser, &format!("#t thead th:nth-child({column}) button"));
        assert_eq!(browser.eval(&sort), "descending");
        assert_ne!(lines(&mut browser), expected, "column {column}");
    }
    // What has no value comes last, however it is sorted.
    for _ in 0..2 {
        click(&mut browser, "#t thead th:nth-child(7) button");
        let last = lines(&mut browser).pop().unwrap();
        let last = report.rows.iter().find(|row| row.line == last).unwrap();
        assert_eq!(last.ended, None);
    }
    is_quiet(&mut browser);
}

#[test]
fn it_filters_by_status_and_by_words() {
    let Some(mut browser) = Browser::start() else { return };
    browser.open(&page::html(&report(60)));
    click(&mut browser, "#s [data-s=failed]");
    assert_eq!(lines(&mut browser), [10, 25, 26, 43]);
    assert_eq!(browser.eval("m.textContent"), "4 of 60 read sets shown");
    assert_eq!(browser.eval("document.querySelector('#s [data-s=failed]').ariaPressed"), "true");
    search(&mut browser, "bgzf NA12901");
    assert_eq!(lines(&mut browser), [25]);
    search(&mut browser, "no such thing");
    assert_eq!(lines(&mut browser), [0; 0]);
    click(&mut browser, "#s [data-s='']");
    search(&mut browser, "na12880");
    assert_eq!(lines(&mut browser), [4]);
    // On paper all are there, and no controls.
    browser.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    assert_eq!(lines(&mut browser).len(), 60);
    assert_eq!(browser.eval("c.offsetHeight"), 0);
    browser.call("Emulation.setEmulatedMedia", json!({ "media": "" }));
    // What a link leads to is shown and unfolded.
    click(&mut browser, "a[href='#r10']");
    browser.eval("0");
    assert_eq!(browser.eval("r10.querySelector('details').open && r10.offsetHeight > 60"), true);
    assert_eq!(lines(&mut browser).len(), 60);
    click(&mut browser, "#o");
    assert_eq!(browser.eval("document.querySelectorAll('#t details[open]').length"), 60);
    is_quiet(&mut browser);
}

#[test]
fn it_is_complete_without_scripts() {
    let Some(mut browser) = Browser::start() else { return };
    browser.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(&page::html(&report(60)));
    assert_eq!(lines(&mut browser).len(), 60);
    assert_eq!(browser.eval("c.offsetHeight"), 0);
    assert_eq!(browser.eval("document.querySelectorAll('th button').length"), 0);
    click(&mut browser, "#r5 summary");
    assert_eq!(browser.eval("r5.querySelector('.k').offsetHeight > 0"), true);
    is_quiet(&mut browser);
}

#[test]
fn texts_have_contrast_and_fit_a_telephone() {
    let Some(mut browser) = Browser::start() else { return };
    browser.open(&page::html(&report(60)));
    for scheme in ["light", "dark"] {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        browser.call("Emulation.setEmulatedMedia", json!({ "features": features }));
        let worst = browser.eval(CONTRAST);
        assert!(worst.as_f64().unwrap() >= 4.5, "{scheme}: {worst}");
    }
    let telephone = json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true });
    browser.call("Emulation.setDeviceMetricsOverride", telephone);
    click(&mut browser, "#o");
    let width = browser.eval("document.documentElement.scrollWidth").as_u64().unwrap();
    assert!(width <= 360, "{width}");
}

/// The lowest contrast of a text with what is behind it, by the formula of WCAG.
const CONTRAST: &str = r"
    (() => {
        const numbers = (color) => color.match(/[\d.]+/g).map(Number);
        const light = (color) => {
            const [r, g, b] = numbers(color).map((c) => c / 255)
                .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = (element) => {
            for (; element; element = element.parentElement) {
                const color = getComputedStyle(element).backgroundColor;
                if (numbers(color)[3] !== 0) return color;
            }
            return getComputedStyle(document.body).backgroundColor;
        };
        const texts = [...document.querySelectorAll('body *')].filter((element) =>
            !['SCRIPT', 'svg', 'text', 'title'].includes(element.nodeName)
            && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
        return Math.min(...texts.map((element) => {
            const pair = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
            return (pair[0] + 0.05) / (pair[1] + 0.05);
        }));
    })()";

/// Writes `docs/pictures/report.png`, and others to look at into `target/report`.
#[test]
#[ignore = "writes pictures"]
fn pictures() {
    let Some(mut browser) = Browser::start() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/report");
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir_all(root.join("docs/pictures")).unwrap();
    let mut few = report(24);
    few.redact = true;
    for (name, report) in [("sixty", report(60)), ("few", few), ("many", report(5000))] {
        let page = page::html(&report);
        fs::write(folder.join(name).with_extension("html"), &page).unwrap();
        browser.open(&page);
        for (look, scheme, width) in
            [("light", "light", 1100), ("dark", "dark", 1100), ("narrow", "light", 390)]
        {
            let height = 1500;
            let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
            browser.call("Emulation.setDeviceMetricsOverride", size);
            let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
            browser.call("Emulation.setEmulatedMedia", json!({ "features": features }));
            if name == "sixty" {
                browser.eval("for (const r of [r3, r25]) r.querySelector('details').open = true");
                let lay = "document.documentElement.scrollHeight";
                let all = browser.eval(lay).as_u64().unwrap().min(6000);
                let size = json!({ "width": width, "height": all, "deviceScaleFactor": 1, "mobile": width < 600 });
                browser.call("Emulation.setDeviceMetricsOverride", size);
            }
            browser.screenshot(&folder.join(format!("{name}-{look}.png")));
        }
        if name == "many" {
            continue;
        }
        let pdf = browser.call("Page.printToPDF", json!({ "printBackground": true }));
        let pdf = data_encoding::BASE64.decode(pdf["data"].as_str().unwrap().as_bytes()).unwrap();
        fs::write(folder.join(format!("{name}.pdf")), pdf).unwrap();
    }
    let size = json!({ "width": 1100, "height": 1150, "deviceScaleFactor": 1, "mobile": false });
    browser.call("Emulation.setDeviceMetricsOverride", size);
    browser.open(&page::html(&report(60)));
    browser.screenshot(&root.join("docs/pictures/report.png"));
}
