module example.com/mongosh

go 1.24
