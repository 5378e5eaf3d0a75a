require("../many").many(4);
