// The name under which programs include PNA in the shape of version 0.7: parser, control, deparser.
#define PNA_THREE_BLOCKS
#include "../pna.p4"
