// ARGS: --path no_such_file.p4
// The program itself cannot be read.

// CHECK:ERR: error: cannot open 'no_such_file.p4': No such file or directory [cannot-read]
