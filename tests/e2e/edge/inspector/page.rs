//! The page's files: all there, and nothing from elsewhere.

use tests::Stack;

#[tokio::test]
async fn the_page_loads_its_own_files_only() {
    let stack = Stack::with().probe().start().await;
    for path in ["/_edge", "/_edge/"] {
        let page = stack.get(path).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        let policy = page.header("content-security-policy");
        for directive in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(directive), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
    }
    let mut files = vec!["main.js".to_owned(), "style.css".to_owned(), "icon.svg".to_owned()];
    let mut read = 0;
    while let Some(file) = files.get(read).cloned() {
        let served = stack.get(&format!("/_edge/page/{file}")).await;
        assert_eq!(served.status, 200, "{file}");
        let is_script = file.rsplit_once('.').is_some_and(|(_, kind)| kind == "js");
        assert_eq!(served.header("content-type").contains("javascript"), is_script, "{file}");
        // What a module imports.
        let imported = served.text.lines().filter_map(|line| line.split_once("from './"));
        let names = imported.filter_map(|(_, rest)| rest.split_once('\''));
        for name in names.map(|(name, _)| name.to_owned()) {
            if !files.contains(&name) {
                files.push(name);
            }
        }
        read += 1;
    }
    assert!(read > 5, "{files:?}");
    assert_eq!(stack.get("/_edge/page/nothing.js").await.status, 404);
}
