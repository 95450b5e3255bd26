import { install } from "./triggers";
import type { Tracker } from "./types";

const tracker = (window as unknown as { countersignTracker?: Partial<Tracker> }).countersignTracker;
// Asked for again when a page was entered before the first copy had come.
if (tracker?.track && tracker.triggers && !tracker.isArmed) install(tracker as Tracker);
