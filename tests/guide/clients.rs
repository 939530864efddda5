//! The JavaScript and Python of `infra/clients.md`, straight from the page: only the address, the token
//! and the waiting times are the test's.

use std::{collections::BTreeSet, fs, process::Command};

use tests::{Account, Stack, User, binaries::workspace, deadline::eventually, token};

use crate::{
    program::{Program, node, python, write},
    room_one::RoomOne,
};

/// How a program in this language is made of the page's blocks, and run.
struct Language {
    /// What the page's blocks are marked with.
    mark: &'static str,
    file: &'static str,
    /// What the page leaves to the reader; `TOKEN` stands for an access token.
    before: &'static str,
    after: &'static str,
    run: fn() -> Command,
    /// After how long a silent socket is replaced: on the page, and here.
    idle: [&'static str; 2],
}

const JAVASCRIPT: Language = Language {
    mark: "js",
    file: "client.cjs",
    // Node has had a WebSocket of its own since version 22.
    before: "globalThis.WebSocket ??= require(`${process.cwd()}/node_modules/ws`);\n\
             const accessToken = 'TOKEN';\n(async () => {",
    after: "})();",
    run: node,
    idle: ["IDLE = 9 * 60_000", "IDLE = 1_000"],
};

const PYTHON: Language = Language {
    mark: "python",
    file: "client.py",
    before: "access_token = 'TOKEN'",
    after: "",
    run: python,
    idle: ["IDLE, OLD = 9 * 60", "IDLE, OLD = 1"],
};

const LANGUAGES: [Language; 2] = [JAVASCRIPT, PYTHON];

impl Language {
    /// The page's blocks: the client, how it is used, how it signs out.
    fn blocks(&self) -> [String; 3] {
        let page = read("infra/clients.md");
        let start = format!("```{}\n", self.mark);
        let blocks = page.split(&start).skip(1).map(|block| block.split("```").next().unwrap());
        let blocks: Vec<String> = blocks.map(str::to_owned).collect();
        blocks.try_into().expect("three blocks")
    }

    /// Runs blocks of the page as user 123 of the demo, after these changes.
    fn run(&self, stack: &Stack, blocks: &[String], changes: &[[&str; 2]]) -> Program {
        let before = self.before.replace("TOKEN", &token::local(&["--user", "123"]));
        let mut code = [&[before], blocks, &[self.after.to_owned()]].concat().join("\n");
        let address = format!("http://localhost:{}", stack.port);
        for [page, here] in [&[["http://localhost:3000", &address], self.idle], changes].concat() {
            assert!(code.contains(page), "the page does not say {page}");
            code = code.replace(page, here);
        }
        Program::start((self.run)().arg(write(stack.port, self.file, &code)))
    }
}

fn read(file: &str) -> String {
    fs::read_to_string(workspace().join(file)).unwrap()
}

/// The page's code, without the comments in it.
fn code(page: &str) -> Vec<String> {
    let blocks = read(page).split("```").skip(1).step_by(2).collect::<String>();
    let uncommented = |line: &str| {
        let code = line.split("// ").next().and_then(|line| line.split("# ").next());
        code.unwrap_or_default().trim_end().to_owned()
    };
    blocks.lines().map(uncommented).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_korean_page_shows_the_same_code() {
    let (english, korean) = (code("infra/clients.md"), code("infra/clients.ko.md"));
    assert!(english.len() > 300, "the code is not found");
    for (english, korean) in english.iter().zip(&korean) {
        assert_eq!(english, korean, "infra/clients.md is left, infra/clients.ko.md is right");
    }
    assert_eq!(english.len(), korean.len());
}

/// User 8 of the demo, who is in room 1 too.
fn other(stack: &Stack) -> Account {
    Account::local(stack, User { id: 8, name: "윤도현".into(), email: "user8@example.com".into() })
}

#[tokio::test]
async fn every_message_is_shown_once_and_in_order_whatever_breaks() {
    let faults = ["--auth", "required", "--faults", "post_500=0.3,kill_socket=0.05"];
    for language in LANGUAGES {
        let stack = Stack::with().demo().args(faults).start().await;
        let [client, uses, _] = language.blocks();
        let program = language.run(&stack, &[client, uses], &[]);
        program.says("1 홍길동 안녕하세요!");

        let mut expected = vec!["1 홍길동 안녕하세요!".to_owned()];
        for id in 2..=40 {
            other(&stack).send(1, "들려요?").await.expect(201);
            expected.push(format!("{id} 윤도현 들려요?"));
        }

        program.says(&expected[39]);
        let mut shown = program.printed();
        shown.retain(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        assert_eq!(shown, expected, "{}", language.mark);
    }
}

#[tokio::test]
async fn a_silent_socket_is_replaced_while_its_user_stays_online() {
    for language in LANGUAGES {
        let mut room = RoomOne::open().await;
        let watching = room.stack.connections().await;
        let [client, uses, _] = language.blocks();
        let token = uses.lines().find(|line| line.contains("without this line")).unwrap();
        let program = language.run(&room.stack, &[client, uses.clone()], &[[token, ""]]);
        program.says("1 홍길동 안녕하세요!");
        room.sees_coming_and_saying(123, "안녕하세요!").await;

        let mut sockets = BTreeSet::new();
        eventually("a third socket", async || {
            let open = room.stack.connections().await;
            sockets.extend(open.into_iter().filter(|id| !watching.contains(id)));
            (sockets.len() > 2).then_some(())
        })
        .await;
        room.says("still there?").await;
        program.says("2 윤도현 still there?");
        drop(program);

        assert_eq!(room.next_of(123).await["type"], "member_offline", "{}", language.mark);
    }
}

#[tokio::test]
async fn who_is_no_member_hears_so_and_tries_no_more() {
    for language in LANGUAGES {
        let stack = Stack::with().demo().start().await;
        let [client, uses, _] = language.blocks();
        let sends = uses.lines().find(|line| line.contains("room.send")).unwrap();
        let changes = [["123", "456"], [sends, ""]];
        let program = language.run(&stack, &[client, uses.clone()], &changes);
        program.says("no more: not_a_member");
    }
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_all_devices() {
    for language in LANGUAGES {
        let stack = Stack::with().demo().args(["--auth", "required"]).start().await;
        let user = User { id: 123, name: "홍길동".into(), email: "user@example.com".into() };
        let mut device = Account::local(&stack, user).socket_at_once().await;
        let program = language.run(&stack, &language.blocks(), &[]);
        program.succeeds();
        device.rest().await;
    }
}
