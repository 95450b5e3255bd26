import { install } from "./triggers";
import type { Tracker } from "./types";

const tracker = (window as unknown as { countersignTracker?: Partial<Tracker> }).countersignTracker;
if (tracker?.track && tracker.triggers) install(tracker as Tracker);
