//! `madokad city-key`

use serde_json::json;

use super::by::{MaybeBy, administrator};
use super::{Failure, Report};
use crate::audit::{Act, Entry};
use crate::city_key;
use crate::server::Server;

#[derive(Debug, clap::Args)]
pub(super) struct CityKey {
    /// 新しい鍵に取り替える（管理者）。端末は、今の鍵で署名した知らせで新しい鍵に移る
    #[arg(long, requires = "by")]
    new: bool,
    #[command(flatten)]
    by: MaybeBy,
}

impl CityKey {
    pub(super) fn run(self, server: &Server) -> Result<Report, Failure> {
        let known = server.clone();
        let before = server.db().read_and_wait(move |tx| known.city_key(tx))?;
        let Some(by) = self.by.given().filter(|_| self.new) else {
            let text = format!("市の鍵 第{}番\n{}", before.number, before.key);
            return Ok(Report::new(text, json!({ "city": server.city().code, "city_key": before })));
        };
        let caller = administrator(server, &by)?;
        let entry = Entry::by(&caller, server.now(), Act::SettingsChanged);
        let key = city_key::rotate(server, entry)?;
        let text = format!(
            "市の鍵を第{}番から第{}番に取り替えました。端末は次につながったときに移ります。\n             控え（madokad backup）を取り直してください。前の控えに入っているのは前の鍵です。",
            before.number, key.number
        );
        Ok(Report::new(text, json!({ "city": server.city().code, "city_key": key, "before": before.number })))
    }
}
