/** Errors of these functions, and the programs they record, name the line that called them. */
import { asLibrary } from "insitu";

asLibrary(import.meta.url);
