module onetrip

go 1.19
