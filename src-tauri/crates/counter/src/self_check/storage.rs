//! 保存先: room on the disk, and whether every page of the database is as it was written.

use std::path::PathBuf;

use madoka_store::{LITTLE_ROOM, Realm, Store};

use super::{Check, CheckState, Part};

const GIB: u64 = 1024 * 1024 * 1024;

/// What is to be checked: read beside the counter, which works on meanwhile.
#[derive(Clone, Debug)]
pub struct Storage {
    pub(crate) folder: PathBuf,
    pub(crate) realm: Realm,
}

impl Storage {
    /// Every page is read: seconds for a large office.
    pub fn check(&self) -> Check {
        let broken = |what: String, todo: &str| Check {
            part: Part::Storage,
            state: CheckState::Absent,
            found: what,
            names: Vec::new(),
            todo: todo.into(),
        };
        let looked =
            Store::look_in(&self.folder, self.realm).and_then(|store| Ok((store.check()?, store.room())));
        let (checked, room) = match looked {
            Ok(looked) => looked,
            Err(error) => {
                return broken(error.to_string(), "新しい案件を始める前に、管理者に知らせてください。");
            }
        };
        match room {
            Ok(free) if free < LITTLE_ROOM => broken(
                format!("空きが {} MB しかありません", free / (1024 * 1024)),
                "要らないファイルを消すか、管理者に知らせてください。いっぱいになると保存できません。",
            ),
            Ok(free) => Check {
                part: Part::Storage,
                state: CheckState::Ready,
                found: format!("記録 {}件・傷なし、空き {} GB", checked.events, free / GIB),
                names: Vec::new(),
                todo: String::new(),
            },
            Err(_) => broken(
                "空き容量がわかりません".into(),
                "データフォルダーの置き場所が使えるか確かめてください。",
            ),
        }
    }
}
