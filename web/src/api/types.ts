// The API's types under the names that the page uses. They are made from the program's own description (`npm run types`).
import type { components } from './schema';

type Api = components['schemas'];

/** A stretch of true time. */
export type Span = Api['Window'];
/** Why several cameras miss the same time. */
export type Cause = Api['Cause'];
/** What is missing of a stretch, and why; lanes and films tell its cause besides, answers do not. */
export type Gap = Api['Gap'] & { cause?: Cause | null };
type WithGaps<T> = Omit<T, 'gaps'> & { gaps: Gap[] };
export type Said = Api['Said'];
export type Role = Api['Role'];
export type RightWord = Api['Right'];
export type Me = Api['Me'];
export type Purpose = Api['Stated'];
export type FieldOfView = Api['FieldOfView'];
export type SiteCamera = Api['SiteCamera'];
export type Group = Api['SiteGroup'];
export type Kind = Api['IncidentKind'];
export type Site = Api['Site'];
export type Place = Api['NamedPlace'];
export type Reading = Api['Reading'];
export type Understood = Api['Understood'];
export type Mode = Api['Mode'];
export type ClockCheck = Api['ClockCheck'];
export type Clock = Api['Clock'];
export type GapReason = Api['GapReason'];
export type Certainty = Api['CertaintyState'];
export type Recording = Api['FoundRecording'];
export type Standing = Api['Standing'];
export type Witness = WithGaps<Api['Witness']>;
export type AskedPlace = Api['Place'];
export type Moment = Api['Moment'];
export type StripCamera = WithGaps<Api['StripCamera']>;
export type Strip = Omit<Api['Strip'], 'cameras'> & { cameras: StripCamera[] };
export type Rise = Api['Rise'];
export type Answer = Omit<Api['AskAnswer'], 'cameras' | 'moments'> & { cameras: Witness[]; moments: Strip | null };
export type Question = Api['AskRequest'];
export type Lane = WithGaps<Api['Lane']>;
export type Timeline = Omit<Api['Timeline'], 'lanes'> & { lanes: Lane[] };
export type Piece = Api['Piece'];
export type Play = WithGaps<Api['Film']>;
