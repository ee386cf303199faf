/** Errors of recorded bodies name the test's own line. */
import { asLibrary } from "insitu";

asLibrary(import.meta.url);
