require("../many").many(3);
