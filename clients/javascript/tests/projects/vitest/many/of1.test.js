import { many } from "../many.js";

many(1);
