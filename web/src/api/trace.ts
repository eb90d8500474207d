// What the API's answers about traces are made of.
import type { Gap } from './types';
import type { components } from './schema';

type Api = components['schemas'];
type At = [lon: number, lat: number];

export type Mover = Api['Mover'];
export const MOVERS: Mover[] = ['foot', 'bicycle', 'motorbike', 'car', 'truck'];
export type Confidence = Api['Confidence'];
export const CONFIDENCES: Confidence[] = ['certain', 'probable', 'possible'];
export type Verdict = Api['LookedVerdict'];
export type ExportForm = 'geojson' | 'gpx' | 'kml' | 'csv' | 'report';

export type TraceSummary = Api['TraceSummary'];
export type Traces = Api['Traces'];
export type TraceRequest = Api['TraceRequest'];
/** What somebody enters: it was seen. `still` is `RECORDING@PTS_US`. */
export type SightingRequest = Api['SightingRequest'];
export type LookedRequest = Api['LookedRequest'];
export type Entered = Api['Entered'];
export type Sighting = Api['SightingAnswer'];
export type Looked = Api['Holds_Looked'];
export type Leg = Omit<Api['LegAnswer'], 'way'> & { way: At[] };
export type TraceEvent = Api['TraceEvent'];
export type TraceAnswer = Omit<Api['TraceAnswer'], 'legs'> & { legs: Leg[] };
export type TraceWindow = Omit<Api['WindowAnswer'], 'gaps'> & { gaps: Gap[] };
export type NextAnswer = Omit<Api['NextAnswer'], 'windows'> & { windows: TraceWindow[] };
export type ReachLink = Omit<Api['ReachLink'], 'line'> & { line: At[] };
export type Reach = Omit<Api['Reach'], 'links'> & { links: ReachLink[] };
