
import { absent } from "../absent.js";
