require("../many").many(2);
