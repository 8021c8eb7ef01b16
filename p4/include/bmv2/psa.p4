// The name under which programs for BMv2 include PSA.
#include "../psa.p4"
