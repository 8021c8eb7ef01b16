// 7.2.11: what may stand in what, and what typedef and type may be of; 7.2.1: values of enums.
header H { bit<8> x; }
enum E { A }
enum bit<8> S { A = 1 }
struct WithVarbit { varbit<8> v; }
header HeaderOfVarbitStruct { WithVarbit w; }
header HeaderOfHeader { H h; }
header HeaderOfEnum { E e; }
header HeaderOfError { error e; }
header_union UnionOfBits { bit<8> b; }
struct StructOfInt { int i; }
struct StructOfString { string s; }
struct ArrayOfTuples { tuple<bit<8>>[2] t; }
typedef string Text;
typedef match_kind Kind;
type varbit<8> NewVarbit;
type error NewError;
type E NewEnum;
type S NewSerializable;
enum bit<8> TooBig { A = 255, B = 256 }
enum int<8> TooSmall { A = -128, B = -129 }

// CHECK:ERR: fail_spec_7_2_nesting.p4:6:31: error: field 'w' of header 'HeaderOfVarbitStruct' may not be of type WithVarbit; bits, integers of fixed width, varbits, booleans, serialisable enums and structs of them may [field-type]
// CHECK:ERR:     6 | header HeaderOfVarbitStruct { WithVarbit w; }
// CHECK:ERR:       |                               ^~~~~~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:7:25: error: field 'h' of header 'HeaderOfHeader' may not be of type H; bits, integers of fixed width, varbits, booleans, serialisable enums and structs of them may [field-type]
// CHECK:ERR:     7 | header HeaderOfHeader { H h; }
// CHECK:ERR:       |                         ^
// CHECK:ERR: fail_spec_7_2_nesting.p4:8:23: error: field 'e' of header 'HeaderOfEnum' may not be of type E; bits, integers of fixed width, varbits, booleans, serialisable enums and structs of them may [field-type]
// CHECK:ERR:     8 | header HeaderOfEnum { E e; }
// CHECK:ERR:       |                       ^
// CHECK:ERR: fail_spec_7_2_nesting.p4:9:24: error: field 'e' of header 'HeaderOfError' may not be of type error; bits, integers of fixed width, varbits, booleans, serialisable enums and structs of them may [field-type]
// CHECK:ERR:     9 | header HeaderOfError { error e; }
// CHECK:ERR:       |                        ^~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:10:28: error: field 'b' of header_union 'UnionOfBits' may not be of type bit<8>; only a header may [field-type]
// CHECK:ERR:    10 | header_union UnionOfBits { bit<8> b; }
// CHECK:ERR:       |                            ^~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:11:22: error: field 'i' of struct 'StructOfInt' may not be of type int [field-type]
// CHECK:ERR:    11 | struct StructOfInt { int i; }
// CHECK:ERR:       |                      ^~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:12:25: error: field 's' of struct 'StructOfString' may not be of type string [field-type]
// CHECK:ERR:    12 | struct StructOfString { string s; }
// CHECK:ERR:       |                         ^~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:13:24: error: a stack's element may not be of type tuple<bit<8>> [bad-type]
// CHECK:ERR:    13 | struct ArrayOfTuples { tuple<bit<8>>[2] t; }
// CHECK:ERR:       |                        ^~~~~~~~~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:14:1: error: a typedef may not be of string [bad-type]
// CHECK:ERR:    14 | typedef string Text;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:15:1: error: a typedef may not be of match_kind [bad-type]
// CHECK:ERR:    15 | typedef match_kind Kind;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:16:1: error: 'type' makes a new type of bits, integers of fixed width, booleans and such new types; not of varbit<8> [bad-type]
// CHECK:ERR:    16 | type varbit<8> NewVarbit;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:17:1: error: 'type' makes a new type of bits, integers of fixed width, booleans and such new types; not of error [bad-type]
// CHECK:ERR:    17 | type error NewError;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:18:1: error: 'type' makes a new type of bits, integers of fixed width, booleans and such new types; not of E [bad-type]
// CHECK:ERR:    18 | type E NewEnum;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:19:1: error: 'type' makes a new type of bits, integers of fixed width, booleans and such new types; not of S [bad-type]
// CHECK:ERR:    19 | type S NewSerializable;
// CHECK:ERR:       | ^~~~~~~~~~~~~~~~~~~~~~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:20:35: error: the value of 'B' is 256, which bit<8> cannot hold [enum-value-range]
// CHECK:ERR:    20 | enum bit<8> TooBig { A = 255, B = 256 }
// CHECK:ERR:       |                                   ^~~
// CHECK:ERR: fail_spec_7_2_nesting.p4:21:38: error: the value of 'B' is -129, which int<8> cannot hold [enum-value-range]
// CHECK:ERR:    21 | enum int<8> TooSmall { A = -128, B = -129 }
// CHECK:ERR:       |                                      ^~~~
