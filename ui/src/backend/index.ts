// The only folder that knows Tauri. Screens use `backend` and the types, and nothing else of what is below.

import { tauri } from "./tauri";
import type { Afterwards } from "./types/Afterwards";
import type { AuditGiven } from "./types/AuditGiven";
import type { AuditView } from "./types/AuditView";
import type { Board } from "./types/Board";
import type { BookingDays } from "./types/BookingDays";
import type { BookingEntry } from "./types/BookingEntry";
import type { BookingShown } from "./types/BookingShown";
import type { BookingStanding } from "./types/BookingStanding";
import type { BookingWeek } from "./types/BookingWeek";
import type { CardShown } from "./types/CardShown";
import type { CaseHeld } from "./types/CaseHeld";
import type { CaseRow } from "./types/CaseRow";
import type { Check } from "./types/Check";
import type { CheckView } from "./types/CheckView";
import type { Choosable } from "./types/Choosable";
import type { Clause } from "./types/Clause";
import type { Colleague } from "./types/Colleague";
import type { CompareView } from "./types/CompareView";
import type { ConditionSaid } from "./types/ConditionSaid";
import type { CoverageView } from "./types/CoverageView";
import type { DeskView } from "./types/DeskView";
import type { Display } from "./types/Display";
import type { DocumentKind } from "./types/DocumentKind";
import type { EditGiven } from "./types/EditGiven";
import type { EntryGiven } from "./types/EntryGiven";
import type { EntryRef } from "./types/EntryRef";
import type { EntryView } from "./types/EntryView";
import type { FetchedShown } from "./types/FetchedShown";
import type { FieldConfirmed } from "./types/FieldConfirmed";
import type { FirstPasswordView } from "./types/FirstPasswordView";
import type { FormAnswer } from "./types/FormAnswer";
import type { FormEdit } from "./types/FormEdit";
import type { FormFact } from "./types/FormFact";
import type { FormPicture } from "./types/FormPicture";
import type { FormReplaced } from "./types/FormReplaced";
import type { FormSample } from "./types/FormSample";
import type { FormsCheck } from "./types/FormsCheck";
import type { FormsView } from "./types/FormsView";
import type { FormView } from "./types/FormView";
import type { Given } from "./types/Given";
import type { GuidePage } from "./types/GuidePage";
import type { InvitationView } from "./types/InvitationView";
import type { MarkGiven } from "./types/MarkGiven";
import type { MemberGiven } from "./types/MemberGiven";
import type { MissedCase } from "./types/MissedCase";
import type { MissedGiven } from "./types/MissedGiven";
import type { NotesView } from "./types/NotesView";
import type { NotNeeded } from "./types/NotNeeded";
import type { PapersView } from "./types/PapersView";
import type { PersonGiven } from "./types/PersonGiven";
import type { PersonView } from "./types/PersonView";
import type { PickChoice } from "./types/PickChoice";
import type { PictureShown } from "./types/PictureShown";
import type { PracticeCardRow } from "./types/PracticeCardRow";
import type { PrintersView } from "./types/PrintersView";
import type { PrintState } from "./types/PrintState";
import type { Problem } from "./types/Problem";
import type { Queue } from "./types/Queue";
import type { ReaderShown } from "./types/ReaderShown";
import type { Reception } from "./types/Reception";
import type { RegisterFound } from "./types/RegisterFound";
import type { RegisterTaken } from "./types/RegisterTaken";
import type { ReleaseGiven } from "./types/ReleaseGiven";
import type { ReleaseView } from "./types/ReleaseView";
import type { RemarkRow } from "./types/RemarkRow";
import type { ReplyGiven } from "./types/ReplyGiven";
import type { ResidentPanel } from "./types/ResidentPanel";
import type { ResidentSaid } from "./types/ResidentSaid";
import type { ResidentScreen } from "./types/ResidentScreen";
import type { RosterTaken } from "./types/RosterTaken";
import type { ScanFolder } from "./types/ScanFolder";
import type { ScanShown } from "./types/ScanShown";
import type { ScenariosView } from "./types/ScenariosView";
import type { ServerCheck } from "./types/ServerCheck";
import type { SessionView } from "./types/SessionView";
import type { SheetRead } from "./types/SheetRead";
import type { SheetShown } from "./types/SheetShown";
import type { Signable } from "./types/Signable";
import type { SourceMark } from "./types/SourceMark";
import type { Start } from "./types/Start";
import type { StatisticsAsk } from "./types/StatisticsAsk";
import type { StatisticsView } from "./types/StatisticsView";
import type { StoryShown } from "./types/StoryShown";
import type { StoryTile } from "./types/StoryTile";
import type { SyncView } from "./types/SyncView";
import type { TakeAway } from "./types/TakeAway";
import type { TerminalGiven } from "./types/TerminalGiven";
import type { TerminalsView } from "./types/TerminalsView";
import type { TerminalView } from "./types/TerminalView";
import type { TriedCase } from "./types/TriedCase";
import type { TryStart } from "./types/TryStart";
import type { TryView } from "./types/TryView";
import type { VersionChoice } from "./types/VersionChoice";
import type { VersionGiven } from "./types/VersionGiven";
import type { Visit } from "./types/Visit";
import type { VisitStep } from "./types/VisitStep";
import type { WalkPhase } from "./types/WalkPhase";
import type { WalkStepGiven } from "./types/WalkStepGiven";
import type { Walks } from "./types/Walks";
import type { Way } from "./types/Way";
import type { WhyView } from "./types/WhyView";

export type { AfterRow } from "./types/AfterRow";
export type { Afterwards } from "./types/Afterwards";
export type { AgeBasis } from "./types/AgeBasis";
export type { AnswerGiven } from "./types/AnswerGiven";
export type { AnswerKind } from "./types/AnswerKind";
export type { AnswerRow } from "./types/AnswerRow";
export type { ApproverKey } from "./types/ApproverKey";
export type { AskedLine } from "./types/AskedLine";
export type { AuditGiven } from "./types/AuditGiven";
export type { AuditShown } from "./types/AuditShown";
export type { AuditView } from "./types/AuditView";
export type { Board } from "./types/Board";
export type { BookingDay } from "./types/BookingDay";
export type { BookingDays } from "./types/BookingDays";
export type { BookingEntry } from "./types/BookingEntry";
export type { BookingPreparation } from "./types/BookingPreparation";
export type { BookingRow } from "./types/BookingRow";
export type { BookingShown } from "./types/BookingShown";
export type { BookingStanding } from "./types/BookingStanding";
export type { BookingWeek } from "./types/BookingWeek";
export type { CardLaid } from "./types/CardLaid";
export type { CardShown } from "./types/CardShown";
export type { CaseHeld } from "./types/CaseHeld";
export type { CaseRow } from "./types/CaseRow";
export type { Check } from "./types/Check";
export type { CheckRow } from "./types/CheckRow";
export type { CheckState } from "./types/CheckState";
export type { CheckView } from "./types/CheckView";
export type { ChoiceOption } from "./types/ChoiceOption";
export type { ChoiceText } from "./types/ChoiceText";
export type { Choosable } from "./types/Choosable";
export type { ClashRow } from "./types/ClashRow";
export type { Clause } from "./types/Clause";
export type { Colleague } from "./types/Colleague";
export type { Compared } from "./types/Compared";
export type { CompareHow } from "./types/CompareHow";
export type { CompareView } from "./types/CompareView";
export type { ConditionSaid } from "./types/ConditionSaid";
export type { Conflict } from "./types/Conflict";
export type { Constant } from "./types/Constant";
export type { CoverageRow } from "./types/CoverageRow";
export type { CoverageView } from "./types/CoverageView";
export type { DeskView } from "./types/DeskView";
export type { Difference } from "./types/Difference";
export type { Display } from "./types/Display";
export type { DocumentKind } from "./types/DocumentKind";
export type { DraftNote } from "./types/DraftNote";
export type { DraftRow } from "./types/DraftRow";
export type { EditGiven } from "./types/EditGiven";
export type { EditionRow } from "./types/EditionRow";
export type { EntryGiven } from "./types/EntryGiven";
export type { EntryRef } from "./types/EntryRef";
export type { EntryRow } from "./types/EntryRow";
export type { EntryView } from "./types/EntryView";
export type { ExchangeRemark } from "./types/ExchangeRemark";
export type { FaceShown } from "./types/FaceShown";
export type { FactChoice } from "./types/FactChoice";
export type { FactRow } from "./types/FactRow";
export type { FactShown } from "./types/FactShown";
export type { FactToFix } from "./types/FactToFix";
export type { FactType } from "./types/FactType";
export type { FamilyRow } from "./types/FamilyRow";
export type { FetchedShown } from "./types/FetchedShown";
export type { FieldConfirmed } from "./types/FieldConfirmed";
export type { FieldPlace } from "./types/FieldPlace";
export type { FieldShape } from "./types/FieldShape";
export type { FieldShown } from "./types/FieldShown";
export type { FieldView } from "./types/FieldView";
export type { FigureRow } from "./types/FigureRow";
export type { FirstPasswordView } from "./types/FirstPasswordView";
export type { FormAnswer } from "./types/FormAnswer";
export type { FormDoubt } from "./types/FormDoubt";
export type { FormEdge } from "./types/FormEdge";
export type { FormEdit } from "./types/FormEdit";
export type { FormFact } from "./types/FormFact";
export type { FormField } from "./types/FormField";
export type { FormNote } from "./types/FormNote";
export type { FormPage } from "./types/FormPage";
export type { FormPicture } from "./types/FormPicture";
export type { FormPlace } from "./types/FormPlace";
export type { FormRepeat } from "./types/FormRepeat";
export type { FormReplaced } from "./types/FormReplaced";
export type { FormRow } from "./types/FormRow";
export type { FormSample } from "./types/FormSample";
export type { FormsCheck } from "./types/FormsCheck";
export type { FormsView } from "./types/FormsView";
export type { FormValue } from "./types/FormValue";
export type { FormView } from "./types/FormView";
export type { Given } from "./types/Given";
export type { HappenedRow } from "./types/HappenedRow";
export type { InquiriesView } from "./types/InquiriesView";
export type { InvitationView } from "./types/InvitationView";
export type { KeyStanding } from "./types/KeyStanding";
export type { LanguageText } from "./types/LanguageText";
export type { LifeEventTile } from "./types/LifeEventTile";
export type { LookAt } from "./types/LookAt";
export type { LookKind } from "./types/LookKind";
export type { MarkGiven } from "./types/MarkGiven";
export type { Meet } from "./types/Meet";
export type { MemberGiven } from "./types/MemberGiven";
export type { MissedCase } from "./types/MissedCase";
export type { MissedGiven } from "./types/MissedGiven";
export type { MissedRow } from "./types/MissedRow";
export type { Named } from "./types/Named";
export type { NamedChoice } from "./types/NamedChoice";
export type { NotesView } from "./types/NotesView";
export type { Notice } from "./types/Notice";
export type { NotNeeded } from "./types/NotNeeded";
export type { OfficeAsked } from "./types/OfficeAsked";
export type { Officer } from "./types/Officer";
export type { OtherVisit } from "./types/OtherVisit";
export type { Owner } from "./types/Owner";
export type { PackAt } from "./types/PackAt";
export type { PaperForm } from "./types/PaperForm";
export type { PaperPage } from "./types/PaperPage";
export type { PapersView } from "./types/PapersView";
export type { Part } from "./types/Part";
export type { Person } from "./types/Person";
export type { PersonGiven } from "./types/PersonGiven";
export type { PersonRow } from "./types/PersonRow";
export type { PersonView } from "./types/PersonView";
export type { PickChoice } from "./types/PickChoice";
export type { PictureShown } from "./types/PictureShown";
export type { Place } from "./types/Place";
export type { PracticeCardRow } from "./types/PracticeCardRow";
export type { PrinterShown } from "./types/PrinterShown";
export type { PrintersView } from "./types/PrintersView";
export type { PrintJob } from "./types/PrintJob";
export type { PrintState } from "./types/PrintState";
export type { Problem } from "./types/Problem";
export type { ProcedureRow } from "./types/ProcedureRow";
export type { QuestionCard } from "./types/QuestionCard";
export type { Queue } from "./types/Queue";
export type { QueueCase } from "./types/QueueCase";
export type { Ranked } from "./types/Ranked";
export type { ReaderShown } from "./types/ReaderShown";
export type { Reception } from "./types/Reception";
export type { RegisterFound } from "./types/RegisterFound";
export type { RegisterTaken } from "./types/RegisterTaken";
export type { ReleaseGiven } from "./types/ReleaseGiven";
export type { ReleaseView } from "./types/ReleaseView";
export type { RemarkRow } from "./types/RemarkRow";
export type { ReplyGiven } from "./types/ReplyGiven";
export type { ReplyShown } from "./types/ReplyShown";
export type { ResidentAnswer } from "./types/ResidentAnswer";
export type { ResidentOption } from "./types/ResidentOption";
export type { ResidentPanel } from "./types/ResidentPanel";
export type { ResidentRow } from "./types/ResidentRow";
export type { ResidentSaid } from "./types/ResidentSaid";
export type { ResidentScreen } from "./types/ResidentScreen";
export type { ResidentStage } from "./types/ResidentStage";
export type { ResidentWords } from "./types/ResidentWords";
export type { RoleChoice } from "./types/RoleChoice";
export type { RosterTaken } from "./types/RosterTaken";
export type { RowTest } from "./types/RowTest";
export type { SameOffer } from "./types/SameOffer";
export type { ScanFolder } from "./types/ScanFolder";
export type { ScanShown } from "./types/ScanShown";
export type { ScenarioRow } from "./types/ScenarioRow";
export type { ScenariosView } from "./types/ScenariosView";
export type { ServerCheck } from "./types/ServerCheck";
export type { SessionView } from "./types/SessionView";
export type { SharedStage } from "./types/SharedStage";
export type { SharedView } from "./types/SharedView";
export type { SheetPerson } from "./types/SheetPerson";
export type { SheetRead } from "./types/SheetRead";
export type { SheetRow } from "./types/SheetRow";
export type { SheetShown } from "./types/SheetShown";
export type { Showing } from "./types/Showing";
export type { Signable } from "./types/Signable";
export type { SlotShown } from "./types/SlotShown";
export type { SlotStanding } from "./types/SlotStanding";
export type { SourceMark } from "./types/SourceMark";
export type { StaleSignature } from "./types/StaleSignature";
export type { Start } from "./types/Start";
export type { StatisticsAsk } from "./types/StatisticsAsk";
export type { StatisticsTable } from "./types/StatisticsTable";
export type { StatisticsView } from "./types/StatisticsView";
export type { StepRow } from "./types/StepRow";
export type { StoryShown } from "./types/StoryShown";
export type { StoryTile } from "./types/StoryTile";
export type { SyncView } from "./types/SyncView";
export type { TableKind } from "./types/TableKind";
export type { TakeAway } from "./types/TakeAway";
export type { TerminalGiven } from "./types/TerminalGiven";
export type { TerminalLine } from "./types/TerminalLine";
export type { TerminalsView } from "./types/TerminalsView";
export type { TerminalView } from "./types/TerminalView";
export type { Texts } from "./types/Texts";
export type { TightRow } from "./types/TightRow";
export type { TimeUnit } from "./types/TimeUnit";
export type { TriedCase } from "./types/TriedCase";
export type { TriedRow } from "./types/TriedRow";
export type { TryStart } from "./types/TryStart";
export type { TryView } from "./types/TryView";
export type { TypeSize } from "./types/TypeSize";
export type { ValueGiven } from "./types/ValueGiven";
export type { VersionChoice } from "./types/VersionChoice";
export type { VersionGiven } from "./types/VersionGiven";
export type { Visit } from "./types/Visit";
export type { VisitStep as Step } from "./types/VisitStep";
export type { Walk } from "./types/Walk";
export type { WalkPhase } from "./types/WalkPhase";
export type { WalkStep } from "./types/WalkStep";
export type { WalkStepGiven } from "./types/WalkStepGiven";
export type { Walks } from "./types/Walks";
export type { Way } from "./types/Way";
export type { WayShown } from "./types/WayShown";
export type { WentRow } from "./types/WentRow";
export type { Who } from "./types/Who";
export type { WhyView } from "./types/WhyView";
export type { Withdrawn } from "./types/Withdrawn";
export type { WordOption } from "./types/WordOption";

/** The languages a guide sheet is written in. */
export type Language = "ja" | "easy" | "en";

/** What to print of a case; a page counts from 1 within its form. */
export type PrintWish =
  | { is: "all" }
  | { is: "cover" }
  | { is: "form"; form: string }
  | { is: "page"; form: string; member: number | null; number: number };

/** How a visit ended. */
export type Outcome = "completed" | "left" | "referred";

/** Stops listening. */
export type Stop = () => void;

/** What the officer's screens can ask. A refusal is thrown as a `Problem`. */
export interface Backend {
  start(): Promise<Start>;
  /** Tells that the first screen is drawn and takes input. */
  usable(): Promise<void>;
  reception(): Promise<Reception>;
  search(query: string): Promise<CaseRow[]>;
  openCase(lifeEvent: string, ticket: string | null): Promise<CaseRow>;
  takeBack(caseId: string): Promise<void>;
  restore(caseId: string): Promise<void>;
  /** Whatever a scanner typed: a case's code, or what was entered at home (maybe one of several codes). */
  scan(text: string): Promise<ScanShown>;
  forgetScans(): Promise<void>;
  /** The names of the keys that open what was entered at home. */
  preEntryKeys(): Promise<string[]>;
  /** A further key of the city, as its file holds it. */
  addPreEntryKey(key: string): Promise<string[]>;
  /** 練習: the codes that a made-up resident brings along. */
  practiceCodes(): Promise<string[]>;
  /** The texts of the QR codes in a grey picture, a byte a pixel. */
  codesInPicture(grey: Uint8Array, width: number, height: number): Promise<string[]>;
  /** The week of a corner (the first one), from the Monday of a day (today). */
  bookingWeek(office: string | null, day: string | null, lifeEvent: string | null): Promise<BookingWeek>;
  /** Today's bookings and the next open day's. */
  bookingDays(): Promise<BookingDays>;
  /** 予約を書き始める; without a start, of somebody who has just come. */
  beginBooking(office: string, lifeEvent: string, start: string | null): Promise<BookingEntry>;
  editBooking(booking: string, corner: string): Promise<BookingEntry>;
  /** The booking that is being written, if there is one. */
  bookingEntry(): Promise<BookingEntry | null>;
  putBooking(given: EntryGiven): Promise<BookingEntry>;
  answerBooking(fact: string, given: Given): Promise<BookingEntry>;
  dropBooking(): Promise<void>;
  makeBooking(): Promise<BookingShown>;
  booking(booking: string): Promise<BookingShown>;
  /** Each change names the revision that was looked at: another's change in between is not overwritten. */
  moveBooking(booking: string, revision: number, start: string): Promise<BookingShown>;
  cancelBooking(booking: string, revision: number, reason: string): Promise<BookingShown>;
  bookingStands(booking: string, revision: number, standing: BookingStanding): Promise<BookingShown>;
  /** 予約から照会する: departments are asked before anybody comes. */
  askForBooking(booking: string): Promise<BookingShown>;
  /** The booking's case: made once, then gone on with. */
  openBooking(booking: string, arrived: boolean): Promise<string>;
  /** このあとの確認: what is left of the visits that ended. */
  afterwards(): Promise<Afterwards>;
  /** 電話の記録; `end`: nothing more is to be looked after. */
  followUp(caseId: string, words: string, end: boolean): Promise<Afterwards>;
  /** Opens a case to work on: this terminal takes it, if nobody has it; another's is only looked at. */
  begin(caseId: string, step: VisitStep): Promise<Visit>;
  /** 中断 */
  pause(caseId: string): Promise<void>;
  /** Back to the reception; the case stays with its owner. */
  layAside(caseId: string): Promise<void>;
  colleagues(): Promise<Colleague[]>;
  /** 遅れた記録: events by their ids. */
  resolveLate(caseId: string, adopt: string[], dismiss: string[]): Promise<Visit>;
  handOver(caseId: string, to: Colleague, note: string | null): Promise<void>;
  release(caseId: string, reason: string | null): Promise<void>;
  takeOver(caseId: string, reason: string): Promise<Visit>;
  reopen(caseId: string, reason: string): Promise<Visit>;
  notNeeded(caseId: string): Promise<NotNeeded[]>;
  /** Keeps what is being typed: the answer to a fact, or a note (`MEMO`). */
  keepDraft(caseId: string, fact: string, text: string): Promise<void>;
  /** 事前連絡, to one office or to all that were not told yet. */
  giveNotice(caseId: string, office: string | null): Promise<Visit>;
  takeAway(caseId: string, language: Language): Promise<TakeAway>;
  /** One page (from 0) of the guide sheet as a picture. */
  guidePage(caseId: string, language: Language, page: number): Promise<GuidePage>;
  guideGiven(caseId: string, language: Language, on: "code" | "screen"): Promise<Visit>;
  visit(caseId: string): Promise<Visit>;
  answer(caseId: string, fact: string, given: Given): Promise<Visit>;
  addMember(caseId: string): Promise<Visit>;
  removeMember(caseId: string, position: number): Promise<Visit>;
  /** The list of the household is all there is, or nobody can say. */
  household(caseId: string, known: "complete" | "unknown"): Promise<Visit>;
  mark(caseId: string, procedure: string, subject: string, mark: MarkGiven | null): Promise<Visit>;
  note(caseId: string, words: string): Promise<Visit>;
  undo(caseId: string): Promise<Visit>;
  /** 手続の編集を開く: the draft of this terminal, as it was left. */
  supervise(): Promise<DeskView>;
  draftEntry(entry: EntryRef): Promise<EntryView>;
  draftChoosable(): Promise<Choosable>;
  draftEdit(entry: EntryRef, edit: EditGiven, why: string): Promise<DeskView>;
  draftUndo(): Promise<DeskView>;
  draftRedo(): Promise<DeskView>;
  draftDrop(): Promise<DeskView>;
  /** A condition as it is being built. */
  draftSay(entry: EntryRef, clause: Clause): Promise<ConditionSaid>;
  /** A condition as an expert types it. */
  draftRead(entry: EntryRef, text: string): Promise<ConditionSaid>;
  draftTry(start: TryStart): Promise<TryView>;
  draftTried(): Promise<TryView | null>;
  draftAnswer(fact: string, given: Given): Promise<TryView>;
  /** One more member, or the list is complete. */
  draftHousehold(add: boolean): Promise<TryView>;
  draftBack(): Promise<TryView>;
  draftWhy(procedure: string): Promise<WhyView>;
  draftScenarios(): Promise<ScenariosView>;
  /** 網羅の地図 */
  draftCoverage(): Promise<CoverageView>;
  /** 点検: the exact search; it may take a while. */
  draftCheck(): Promise<CheckView>;
  draftRecord(title: string, why: string): Promise<DeskView>;
  draftTryCase(caseId: string): Promise<TriedCase>;
  draftCompare(): Promise<CompareView>;
  /** 文を表で直す: writes the sheet among the downloads; answers where. */
  draftSheet(): Promise<string>;
  /** 下書きを書き出す: the whole pack as one document; answers where. */
  draftDocument(): Promise<string>;
  draftTakeSheet(sheet: Uint8Array): Promise<SheetRead>;
  /** 版どうしを比べる */
  draftVersions(): Promise<VersionChoice[]>;
  /** A ZIP to compare with. */
  draftHoldZip(archive: Uint8Array): Promise<VersionChoice>;
  draftCompareVersions(from: VersionGiven, to: VersionGiven): Promise<CompareView>;
  /** 手続パックをZIPで; answers where. */
  draftZip(): Promise<string>;
  draftTakeZip(archive: Uint8Array): Promise<DeskView>;
  /** 様式の一覧 */
  draftForms(): Promise<FormsView>;
  draftForm(form: string): Promise<FormView>;
  /** What a field can be bound to. */
  draftFormFacts(): Promise<FormFact[]>;
  /** All of them as one step. */
  draftFormEdit(form: string, edits: FormEdit[], why: string): Promise<FormAnswer>;
  draftFormRemove(form: string, why: string): Promise<DeskView>;
  /** A page (from 0) as a picture, with values of a length on it or without. */
  draftFormPicture(form: string, page: number, width: number, sample: FormSample): Promise<FormPicture>;
  /** 様式を加える: a form from a PDF, PNG or JPEG. */
  draftFormAdd(paper: Uint8Array, file: string, why: string): Promise<FormAnswer>;
  /** 用紙を差し替える */
  draftFormReplace(paper: Uint8Array, form: string, why: string): Promise<FormReplaced>;
  /** すべての様式を長い値で確かめる */
  draftFormsCheck(): Promise<FormsCheck>;
  /** 練習の課題 */
  stories(): Promise<StoryTile[]>;
  /** Begins a story, or ends the one being played. */
  play(story: string | null): Promise<StoryShown | null>;
  story(): Promise<StoryShown | null>;
  closeCase(caseId: string, outcome: Outcome): Promise<void>;
  /** 書類一式, made for looking at. */
  papers(caseId: string): Promise<PapersView>;
  /** A page of the papers made last, so many dots wide, as a picture's address; nothing once it is gone. */
  paperPicture(key: string, width: number): Promise<string | null>;
  /** Nothing of a case is kept to look at any more. */
  forgetPapers(): Promise<void>;
  /** How many of a form are printed; none with 0; as the form itself says with null. */
  choosePapers(caseId: string, form: string, copies: number | null): Promise<Visit>;
  /** A reading was looked at and is right. */
  confirmFact(caseId: string, fact: string): Promise<Visit>;
  /** On the printer named, or on the usual one. */
  printPapers(caseId: string, wish: PrintWish, printer: string | null): Promise<PrintState>;
  printGuide(caseId: string, language: Language, printer: string | null): Promise<PrintState>;
  /** Of a case; of test sheets with null. */
  printState(caseId: string | null): Promise<PrintState>;
  /** Something about printing changed: ask for it again. */
  onPrinting(tell: () => void): Promise<Stop>;
  cancelPrint(job: string): Promise<void>;
  retryPrint(job: string): Promise<void>;
  /** What a look into the tray told. */
  settlePrint(job: string, printed: boolean): Promise<void>;
  dismissPrint(job: string): Promise<void>;
  printers(): Promise<PrintersView>;
  choosePrinter(printer: string): Promise<void>;
  addPrinter(address: string): Promise<void>;
  removePrinter(printer: string): Promise<void>;
  /** Right and down in mm; of every form, or of one; null puts a form with all others again. */
  setOffset(printer: string, form: string | null, offset: [number, number] | null): Promise<void>;
  setStock(form: string, ready: boolean): Promise<void>;
  setCover(cover: boolean): Promise<void>;
  printTest(printer: string, form: string | null): Promise<PrintState>;
  practiceCards(): Promise<PracticeCardRow[]>;
  /** Puts a made-up card down, as if it lay on the reader. */
  layPracticeCard(card: string): Promise<void>;
  takePracticeCard(): Promise<void>;
  /** What lies on the reader now. */
  reader(): Promise<ReaderShown>;
  onReader(tell: (shown: ReaderShown) => void): Promise<Stop>;
  /** Reads the card of this turn with what was entered: one entry, one try. */
  readCard(
    caseId: string,
    person: string,
    turn: number,
    way: Way,
    entry: string,
  ): Promise<[Visit, CardShown]>;
  /** The same with the PIN the resident enters on their own window; waits for it. `again`: what was entered was wrong. */
  readCardByResident(
    caseId: string,
    person: string,
    turn: number,
    again: boolean,
  ): Promise<[Visit, CardShown]>;
  cancelCard(): Promise<void>;
  documentKinds(): Promise<DocumentKind[]>;
  /** Reads a picture that was chosen, dropped or pasted. */
  readPicture(caseId: string, picture: Uint8Array, kind: string | null): Promise<PictureShown>;
  /** The document shown now once more, as another kind. */
  readPictureAs(caseId: string, kind: string | null): Promise<PictureShown>;
  /** Another document of the same picture (from 0); `turn` is that of the one shown now. */
  showDocument(turn: number, at: number): Promise<PictureShown>;
  onPictureProgress(tell: (hundredths: number) => void): Promise<Stop>;
  cancelPicture(): Promise<void>;
  /** Wipes the picture that is held. */
  forgetPicture(): Promise<void>;
  /** What the officer has confirmed becomes facts of the case. */
  takePicture(caseId: string, person: string, turn: number, fields: FieldConfirmed[]): Promise<Visit>;
  scannerFolder(): Promise<ScanFolder | null>;
  setScannerFolder(path: string, remove: boolean): Promise<void>;
  /** How many pictures wait in the scanner's folder. */
  waitingScans(): Promise<number>;
  readScan(caseId: string): Promise<PictureShown>;
  /** One line of the household: a new member, or the one at a position. */
  putMember(caseId: string, position: number | null, given: MemberGiven): Promise<Visit>;
  /** Says that two are the same person; without another, takes that back. */
  samePerson(caseId: string, one: string, other: string | null): Promise<Visit>;
  /** Chooses between values that differ. */
  settle(caseId: string, fact: string, source: SourceMark, value: string): Promise<Visit>;
  /** 同じ方の別の案件と違うことを決める: this case stays as it is, or says what the other says. */
  settleOther(caseId: string, other: string, fact: string, theirs: boolean): Promise<Visit>;
  /** 台帳: looks for residents by one line of words. */
  searchRegister(caseId: string, line: string): Promise<RegisterFound>;
  /** Finds the row of a person whose name and birth date are known, and takes it in. */
  fetchRegister(caseId: string, person: string): Promise<FetchedShown>;
  /** Takes in one resident, as this person of the case (`household[+]` is a new member). */
  takeResident(caseId: string, number: string, person: string): Promise<RegisterTaken>;
  /** 照会する: everything not asked yet, of one office or of all. */
  sendInquiries(caseId: string, office: string | null): Promise<Visit>;
  /** 練習: the departments answer. */
  playDepartments(caseId: string): Promise<Visit>;
  /** 催促 */
  remind(caseId: string, inquiry: string, office: string): Promise<Visit>;
  /** What the offices of whoever works here are asked. */
  inquiryQueue(answered: boolean): Promise<Queue>;
  inquirySheet(inquiry: string): Promise<SheetShown>;
  answerInquiry(inquiry: string, reply: ReplyGiven): Promise<SheetShown>;
  /** 進み: who waits for whom. */
  board(): Promise<Board>;
  /** 統計: the figures of a time, of one office or life event or of all. */
  statistics(ask: StatisticsAsk): Promise<StatisticsView>;
  /** The same as a spreadsheet; answers where it lies. */
  statisticsCsv(ask: StatisticsAsk): Promise<string>;
  /** A chart as a picture (PNG); answers where it lies. */
  statisticsPicture(name: string, png: number[]): Promise<string>;
  /** 案内漏れ of the cases this terminal has. */
  missedCases(): Promise<MissedCase[]>;
  /** 案内漏れとして記録する, also of a case that is closed. */
  missed(caseId: string, given: MissedGiven): Promise<Visit>;
  /** Turns one into a scenario of the draft: red until the rule is mended. */
  missedScenario(caseId: string, procedure: string, subject: string): Promise<DeskView>;
  /** 窓口利用体験調査 */
  walks(): Promise<Walks>;
  beginWalk(title: string, lifeEvent: string, phase: WalkPhase): Promise<Walks>;
  nextWalkStep(given: WalkStepGiven): Promise<Walks>;
  putWalkStep(id: string, at: number, given: WalkStepGiven): Promise<Walks>;
  endWalk(): Promise<Walks>;
  dropWalk(id: string): Promise<Walks>;
  walksCsv(): Promise<string>;
  /** Something was asked or answered. */
  onInquiries(tell: () => void): Promise<Stop>;
  /** Sends what was changed here, takes in what others changed; answers the desk where it is another one now. */
  draftSync(): Promise<DeskView | null>;
  /** 加わる: a draft of the city. */
  draftJoin(draft: string): Promise<DeskView>;
  /** 離れる */
  draftLeave(): Promise<DeskView>;
  /** 重なった直しを決める */
  draftSettle(index: number, mine: boolean): Promise<DeskView>;
  /** 職員へのお知らせを書く */
  draftNotes(text: string): Promise<DeskView>;
  /** 公開の画面 */
  releaseBoard(): Promise<ReleaseView>;
  /** 申請・承認・公開・中止・戻し・鍵. Answers the draft that was begun, if one was. */
  releaseAct(given: ReleaseGiven): Promise<string | null>;
  /** サーバーの点検 */
  releaseCheck(draft: string): Promise<ServerCheck>;
  releaseRemarks(draft: string): Promise<RemarkRow[]>;
  /** 職員へのお知らせ nobody has shown this person yet. */
  staffNotes(): Promise<NotesView | null>;
  staffNotesRead(version: number): Promise<void>;
  /** 窓口・課, by name. */
  cityOffices(): Promise<PickChoice[]>;
  cityTerminals(): Promise<TerminalsView>;
  /** 登録票を作る */
  inviteTerminal(given: TerminalGiven): Promise<InvitationView>;
  revokeTerminal(terminal: string): Promise<void>;
  /** The cases a terminal has in hand. */
  terminalCases(terminal: string): Promise<CaseHeld[]>;
  /** 担当を外す; answers of how many. */
  freeTerminalCases(terminal: string, reason: string): Promise<number>;
  cityStaff(): Promise<PersonView>;
  /** Somebody new gets a first password, shown once. */
  putStaff(given: PersonGiven): Promise<FirstPasswordView | null>;
  resetStaff(staff: string): Promise<FirstPasswordView>;
  /** Answers where the file is. */
  exportStaff(): Promise<string>;
  /** 名簿を取り込む */
  takeStaff(roster: Uint8Array): Promise<RosterTaken>;
  searchAudit(given: AuditGiven): Promise<AuditView>;
  session(): Promise<SessionView>;
  /** By the server, or by what it allowed this terminal while it cannot be reached. */
  signIn(staff: string, password: string): Promise<SessionView>;
  /** 端末を登録する by the 登録票 of an administrator; answers the real counter, with nobody signed in. */
  enrol(invitation: string): Promise<Start>;
  /** What this terminal is to the city's server, if it is anything. */
  terminal(): Promise<TerminalView | null>;
  /** Where sync stands; nothing where there is no server. */
  sync(): Promise<SyncView | null>;
  onSync(tell: (sync: SyncView) => void): Promise<Stop>;
  /** Connect now, rather than when it is time again. */
  trySync(): Promise<void>;
  /** New cases begin with another edition of the 手続パック. */
  onPack(tell: () => void): Promise<Stop>;
  /** Others did something to these cases. */
  onCases(tell: (cases: string[]) => void): Promise<Stop>;
  /** Somebody works on, without asking for anything. */
  touch(): Promise<void>;
  lock(): Promise<SessionView>;
  signOut(): Promise<SessionView>;
  /** Begins or ends practising; the real counter waits behind as it was. */
  practise(on: boolean): Promise<Start>;
  devices(): Promise<Check[]>;
  onDevices(tell: (devices: Check[]) => void): Promise<Stop>;
  software(): Promise<Check[]>;
  /** Reads every page of the database: may take seconds. */
  storage(): Promise<Check>;
  /** The server wants another password than the first one; only it can take a new one. */
  changePassword(old: string, next: string): Promise<SessionView>;
  /** A day however it is written, as 2026-04-01; null where it is none. */
  readDay(text: string): Promise<string | null>;
  setDisplay(display: Display): Promise<void>;
  openResidentWindow(): Promise<void>;
  closeResidentWindow(): Promise<void>;
  residentWindowOpen(): Promise<boolean>;
  onResidentWindow(tell: (open: boolean) => void): Promise<Stop>;
  /** The resident has left; their window welcomes the next one. */
  welcomeNext(): Promise<void>;
  /** What stands on the resident's window, and what the resident said. */
  residentPanel(): Promise<ResidentPanel>;
  onResidentPanel(tell: () => void): Promise<Stop>;
  /** 確認: the resident says of each value whether it is right. */
  sendFactsToResident(caseId: string, facts: string[]): Promise<void>;
  /** 質問: the resident answers alone, without a word. */
  sendQuestionToResident(caseId: string, facts: string[]): Promise<void>;
  /** The papers that may be signed on the resident's window. */
  signable(caseId: string): Promise<Signable[]>;
  askSignature(caseId: string, who: string, forms: string[]): Promise<void>;
  showGuideToResident(caseId: string): Promise<void>;
  /** 取り戻す */
  takeBackFromResident(caseId: string): Promise<void>;
  /** The officer turned to something else: nothing of the case stays there. */
  leaveResident(caseId: string): Promise<void>;
}

/** All that the resident's screen can ask and tell. */
export interface ResidentBackend {
  residentScreen(): Promise<ResidentScreen>;
  /** Something else stands there now; what, is to be asked. */
  onResidentScreen(tell: () => void): Promise<Stop>;
  /** Answers what stands there after it. What was said to an earlier screen is refused. */
  residentTell(turn: number, said: ResidentSaid): Promise<ResidentScreen>;
}

/** What is typed for a note is kept as if it answered this. */
export const MEMO = "memo";

export const backend: Backend & ResidentBackend = tauri;

/** Whatever was thrown, as something a person can read. */
export function asProblem(thrown: unknown): Problem {
  if (
    typeof thrown === "object" &&
    thrown !== null &&
    "code" in thrown &&
    "what" in thrown &&
    "todo" in thrown
  ) {
    return thrown as Problem;
  }
  // Thrown by the screen itself: the details go nowhere, for they may hold what was typed.
  return {
    code: "UI-01",
    what: "画面の処理が止まりました。",
    todo: "もう一度試してください。続くときは、まどかを開き直してください。",
  };
}
