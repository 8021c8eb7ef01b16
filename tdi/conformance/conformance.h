#pragma once
// What every backend of tables must do, as tests that any backend links. It works from the schemas
// alone: for each table it makes random rows of the table's shape, changes them in every way a
// service can, and compares what reads back, what comes back as error and what the data path finds
// with a plain list.
//
//   int main(int argc, char** argv) {
//     testing::InitGoogleTest(&argc, argv);
//     RegisterConformance("cpu", [] { return std::make_unique<MySubject>(); });
//     return RUN_ALL_TESTS();
//   }

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tdi/conformance/memory_backend.h"
#include "tdi/device.h"

namespace ipdk::tdi::conformance {

// Tables of several shapes in one group, without program rows. Made anew for each test.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual TableGroup Group() = 0;
  // What the data path of a kMatchAction table finds. Called between commits, from the test's
  // thread. nullopt: this subject has no data path to ask.
  virtual std::optional<Found> Lookup(const TableSchema& schema,
                                      const std::vector<Integer>& packet) = 0;
};

void RegisterConformance(std::string name, std::function<std::unique_ptr<Subject>()> make);

}  // namespace ipdk::tdi::conformance
