// The core library of P4-16 (specification 1.2.5, appendix "P4 core library"): what every
// architecture builds on.

#ifndef _CORE_P4_
#define _CORE_P4_

// What a parser can report. Programs and architectures may add to it.
error {
    NoError,                // all is well
    PacketTooShort,         // the packet ends before what is extracted
    NoMatch,                // no case of a select applies
    StackOutOfBounds,       // an index or .next beyond the end of a header stack
    HeaderTooShort,         // more bits than a varbit field can hold
    ParserTimeout,          // the parser took too long
    ParserInvalidArgument   // an argument that the operation cannot take
}

extern packet_in {
    // Fills a header of fixed size from the packet and moves on.
    void extract<T>(out T hdr);
    // The same for a header with one varbit field, which gets this many bits.
    void extract<T>(out T variableSizeHeader, in bit<32> variableFieldSizeInBits);
    // Reads without moving on.
    T lookahead<T>();
    // Moves on.
    void advance(in bit<32> sizeInBits);
    // Of the packet, in bytes; not every target knows it.
    bit<32> length();
}

extern packet_out {
    // Appends a header if it is valid; a stack, union or struct member by member.
    void emit<T>(in T hdr);
}

// In a parser: goes to reject with this error unless the check holds.
extern void verify(in bool check, in error toSignal);

@noWarn("unused")
action NoAction() {}

match_kind {
    exact,
    ternary,
    lpm
}

// Checked by the compiler; gives true.
extern bool static_assert(bool check, string message);
extern bool static_assert(bool check);

#endif
