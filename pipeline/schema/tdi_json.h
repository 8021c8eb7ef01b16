#pragma once
// The control schema as tdi.json, the table description that TDI tools read: every table, action
// profile, selector, counter, meter and register as a table with typed key and data fields. Hidden
// objects are left out.

#include <string>

#include "pipeline/schema/schema.h"

namespace ipdk::schema {

std::string PrintTdiJson(const Schema& schema);

}  // namespace ipdk::schema
