require("../many").many(1);
