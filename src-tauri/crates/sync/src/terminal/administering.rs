//! What supervisors, approvers and administrators ask the server: drafts and their release, terminals, staff, the audit.

use std::time::Duration;

use madoka_casework::{StaffId, TerminalId};
use reqwest::Method;
use uuid::Uuid;

use super::{Ask, Client, Session, SyncError};
use crate::wire::drafts::{
    Begin, Checked, DRAFTS, Draft, DraftFiles, EDITIONS, FileAt, KEYS, Key, MakeKey, NOTES, NotesSeen,
    Release, Released, Remark, Remarked, Save, SaveAnswer, Saved, SeenNotes, TERMINALS, Why, Word,
};
use crate::wire::packs::{Edition, Hash, PARTS, PartsAsk, PartsPage, Planned, TerminalPacks, limit};
use crate::wire::people::{
    AUDIT, AuditFound, AuditSearch, COLLEAGUES, Colleague, FirstPassword, Invite, STAFF, StaffChange,
    StaffRow, TerminalRow,
};
use crate::wire::{FreeCases, FreedCases, Invitation, OpenCases, Presence, VERSION};

/// A check reads the whole pack, searches it, and waits for its turn.
const CHECK: Duration = Duration::from_mins(3);
/// A file of a draft, in base64.
const FILE: usize = limit::PART * 2;

/// 下書き
impl Client {
    pub async fn drafts(&self, by: &Session) -> Result<Vec<Draft>, SyncError> {
        self.ask(Ask::get(DRAFTS).by(Some(by))).await
    }

    pub async fn begin_draft(&self, by: &Session, begin: &Begin) -> Result<Draft, SyncError> {
        self.ask(Ask::post(DRAFTS).by(Some(by)).json(begin)?).await
    }

    /// A draft as it is. Its files are not told again to whoever knows that content.
    pub async fn draft(&self, by: &Session, id: Uuid, known: Option<Hash>) -> Result<DraftFiles, SyncError> {
        let known = known.map(|hash| format!("?known={hash}")).unwrap_or_default();
        self.ask(Ask::get(&format!("{DRAFTS}/{id}{known}")).by(Some(by))).await
    }

    /// `path` is a name of the draft's own list: letters, digits, dots, `_`, `-` and `/`.
    pub async fn draft_file(&self, by: &Session, id: Uuid, path: &str) -> Result<FileAt, SyncError> {
        self.ask(Ask::get(&format!("{DRAFTS}/{id}/file?path={path}")).by(Some(by)).at_most(FILE)).await
    }

    pub async fn draft_history(&self, by: &Session, id: Uuid) -> Result<Vec<Saved>, SyncError> {
        self.ask(Ask::get(&format!("{DRAFTS}/{id}/history")).by(Some(by))).await
    }

    pub async fn save_draft(
        &self,
        by: &Session,
        id: Uuid,
        saves: &[Save],
    ) -> Result<Vec<SaveAnswer>, SyncError> {
        self.ask(Ask::post(&format!("{DRAFTS}/{id}/save")).by(Some(by)).json(saves)?).await
    }

    pub async fn draft_remarks(&self, by: &Session, id: Uuid) -> Result<Vec<Remarked>, SyncError> {
        self.ask(Ask::get(&format!("{DRAFTS}/{id}/remarks")).by(Some(by))).await
    }

    pub async fn remark_on_draft(
        &self,
        by: &Session,
        id: Uuid,
        remark: &Remark,
    ) -> Result<Vec<Remarked>, SyncError> {
        self.ask(Ask::post(&format!("{DRAFTS}/{id}/remarks")).by(Some(by)).json(remark)?).await
    }

    /// 点検: takes its time.
    pub async fn check_draft(&self, by: &Session, id: Uuid) -> Result<Checked, SyncError> {
        self.ask(Ask::post(&format!("{DRAFTS}/{id}/check")).by(Some(by)).within(CHECK)).await
    }

    /// 承認の申請: refused where the draft does not pass.
    pub async fn propose_draft(&self, by: &Session, id: Uuid, word: &Word) -> Result<Draft, SyncError> {
        self.ask(Ask::post(&format!("{DRAFTS}/{id}/propose")).by(Some(by)).within(CHECK).json(word)?).await
    }

    /// 差し戻し・申請の取下げ
    pub async fn return_draft(&self, by: &Session, id: Uuid, word: &Word) -> Result<Draft, SyncError> {
        self.ask(Ask::post(&format!("{DRAFTS}/{id}/return")).by(Some(by)).json(word)?).await
    }

    /// 取りやめ
    pub async fn drop_draft(&self, by: &Session, id: Uuid, word: &Word) -> Result<Draft, SyncError> {
        self.ask(Ask::post(&format!("{DRAFTS}/{id}/drop")).by(Some(by)).json(word)?).await
    }

    /// 承認・公開
    pub async fn release_draft(
        &self,
        by: &Session,
        id: Uuid,
        release: &Release,
    ) -> Result<Released, SyncError> {
        self.ask(Ask::post(&format!("{DRAFTS}/{id}/release")).by(Some(by)).within(CHECK).json(release)?).await
    }
}

/// 版・鍵・端末の版・お知らせ
impl Client {
    pub async fn editions(&self, by: &Session) -> Result<Vec<Released>, SyncError> {
        self.ask(Ask::get(EDITIONS).by(Some(by))).await
    }

    /// What an edition consists of, whether this terminal has it or not.
    pub async fn edition(&self, by: &Session, version: u64) -> Result<Planned, SyncError> {
        self.ask(Ask::get(&format!("{EDITIONS}/{version}")).by(Some(by)).at_most(FILE)).await
    }

    /// Some parts of an edition, in the order they are asked for.
    pub async fn edition_parts(&self, of: &Edition, parts: Vec<Hash>) -> Result<PartsPage, SyncError> {
        self.post(PARTS, &PartsAsk { v: VERSION, of: of.clone(), parts }).await
    }

    /// 全端末へ
    pub async fn widen_edition(&self, by: &Session, version: u64, why: &Why) -> Result<Released, SyncError> {
        self.ask(Ask::post(&format!("{EDITIONS}/{version}/widen")).by(Some(by)).json(why)?).await
    }

    /// 配布の中止
    pub async fn stop_edition(&self, by: &Session, version: u64, why: &Why) -> Result<Released, SyncError> {
        self.ask(Ask::post(&format!("{EDITIONS}/{version}/stop")).by(Some(by)).json(why)?).await
    }

    /// 版を戻す: a proposed draft with that edition's content.
    pub async fn edition_again(&self, by: &Session, version: u64, why: &Why) -> Result<Draft, SyncError> {
        self.ask(Ask::post(&format!("{EDITIONS}/{version}/again")).by(Some(by)).json(why)?).await
    }

    pub async fn keys(&self, by: &Session) -> Result<Vec<Key>, SyncError> {
        self.ask(Ask::get(KEYS).by(Some(by))).await
    }

    pub async fn make_key(&self, by: &Session, key: &MakeKey) -> Result<Key, SyncError> {
        self.ask(Ask::post(KEYS).by(Some(by)).json(key)?).await
    }

    pub async fn admit_key(&self, by: &Session, id: &str, why: &Why) -> Result<Key, SyncError> {
        self.ask(Ask::post(&format!("{KEYS}/{id}/admit")).by(Some(by)).json(why)?).await
    }

    pub async fn revoke_key(&self, by: &Session, id: &str, why: &Why) -> Result<Key, SyncError> {
        self.ask(Ask::post(&format!("{KEYS}/{id}/revoke")).by(Some(by)).json(why)?).await
    }

    /// Which terminal works with which edition.
    pub async fn terminal_packs(&self, by: &Session) -> Result<Vec<TerminalPacks>, SyncError> {
        self.ask(Ask::get(TERMINALS).by(Some(by))).await
    }

    /// お知らせを読んだ
    pub async fn notes_seen(&self, by: &Session, notes: &SeenNotes) -> Result<(), SyncError> {
        self.ask(Ask::post(NOTES).by(Some(by)).json(notes)?).await
    }

    /// Who has read what.
    pub async fn who_saw_notes(&self, by: &Session) -> Result<Vec<NotesSeen>, SyncError> {
        self.ask(Ask::get(NOTES).by(Some(by))).await
    }
}

/// 端末
impl Client {
    pub async fn terminals(&self, by: &Session) -> Result<Vec<TerminalRow>, SyncError> {
        self.ask(Ask::get("/v1/terminals").by(Some(by))).await
    }

    /// 登録票を作る
    pub async fn invite_terminal(&self, by: &Session, invite: &Invite) -> Result<Invitation, SyncError> {
        self.ask(Ask::post("/v1/terminals").by(Some(by)).json(invite)?).await
    }

    pub async fn revoke_terminal(&self, by: &Session, terminal: &TerminalId) -> Result<(), SyncError> {
        self.ask(Ask::post(&format!("/v1/terminals/{terminal}/revoke")).by(Some(by))).await
    }

    pub async fn presence(&self, by: &Session) -> Result<Vec<Presence>, SyncError> {
        self.ask(Ask::get("/v1/presence").by(Some(by))).await
    }

    pub async fn cases_of_terminal(
        &self,
        by: &Session,
        terminal: &TerminalId,
    ) -> Result<OpenCases, SyncError> {
        self.ask(Ask::get(&format!("/v1/terminals/{terminal}/cases")).by(Some(by))).await
    }

    pub async fn free_cases(
        &self,
        by: &Session,
        terminal: &TerminalId,
        free: &FreeCases,
    ) -> Result<FreedCases, SyncError> {
        self.ask(Ask::post(&format!("/v1/terminals/{terminal}/free")).by(Some(by)).json(free)?).await
    }
}

/// 職員・監査
impl Client {
    /// 同僚
    pub async fn colleagues(&self, by: &Session) -> Result<Vec<Colleague>, SyncError> {
        self.ask(Ask::get(COLLEAGUES).by(Some(by))).await
    }

    pub async fn staff(&self, by: &Session) -> Result<Vec<StaffRow>, SyncError> {
        self.ask(Ask::get(STAFF).by(Some(by))).await
    }

    /// A new member; the first password is shown once.
    pub async fn add_staff(
        &self,
        by: &Session,
        staff: &StaffId,
        given: &StaffChange,
    ) -> Result<FirstPassword, SyncError> {
        self.ask(Ask::post(&format!("{STAFF}/{staff}")).by(Some(by)).json(given)?).await
    }

    pub async fn change_staff(
        &self,
        by: &Session,
        staff: &StaffId,
        given: &StaffChange,
    ) -> Result<(), SyncError> {
        self.ask(Ask::new(Method::PUT, &format!("{STAFF}/{staff}")).by(Some(by)).json(given)?).await
    }

    /// パスワードの作り直し
    pub async fn reset_staff(&self, by: &Session, staff: &StaffId) -> Result<FirstPassword, SyncError> {
        self.ask(Ask::post(&format!("{STAFF}/{staff}/reset")).by(Some(by))).await
    }

    pub async fn search_audit(&self, by: &Session, search: &AuditSearch) -> Result<AuditFound, SyncError> {
        self.ask(Ask::post(AUDIT).by(Some(by)).json(search)?).await
    }
}
