// Tests read English, and have it before the first line of them runs.
import { en } from './en';
import { words } from './words.svelte';

words.take('en', en);
