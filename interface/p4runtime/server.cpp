#include "interface/p4runtime/server.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <p4/v1/p4runtime.grpc.pb.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "interface/p4runtime/arbitration.h"
#include "interface/p4runtime/debug.h"
#include "interface/p4runtime/digests.h"
#include "interface/p4runtime/packet_io.h"
#include "interface/p4runtime/translate.h"
#include "tdi/device.h"
#include "tdi/target.h"
#include "wire/status.h"

namespace ipdk::p4runtime {
namespace {

using wire::ToGrpc;

constexpr size_t kMaxQueued = 4096;  // messages in a stream's queue before packet-ins are dropped
constexpr int kReadBatch = 256;      // entities in one ReadResponse
constexpr int kMaxMessage = 256 << 20;  // bytes

// What one stream is to be told. The writer thread drains it.
class Outbox {
 public:
  void Push(p4::v1::StreamMessageResponse message, bool droppable) {
    std::lock_guard lock(mutex_);
    if (closed_ || (droppable && queue_.size() >= kMaxQueued)) return;
    queue_.push_back(std::move(message));
    arrived_.notify_one();
  }
  // Nothing: closed and drained.
  std::optional<p4::v1::StreamMessageResponse> Pop() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return std::nullopt;
    p4::v1::StreamMessageResponse message = std::move(queue_.front());
    queue_.pop_front();
    return message;
  }
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    arrived_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<p4::v1::StreamMessageResponse> queue_;
  bool closed_ = false;
};

// A program as the server needs it, kept together so that one request sees one program.
struct Program {
  std::shared_ptr<const schema::Schema> schema;
  p4::v1::ForwardingPipelineConfig config;
};

// Controllers of before 1.4 number their roles.
template <typename Message>
std::string RoleName(const Message& message) {
  if (!message.role().empty()) return message.role();
  return message.role_id() != 0 ? fmt::format("#{}", message.role_id()) : std::string();
}

template <typename Message>
std::optional<ElectionId> Election(const Message& message) {
  if (!message.has_election_id()) return std::nullopt;
  return ElectionId{message.election_id().high(), message.election_id().low()};
}

void AddError(const Status& status, google::rpc::Status& out) {
  p4::v1::Error error;
  if (!status.has_value()) {
    error.set_canonical_code(static_cast<int>(status.error().code()));
    error.set_message(status.error().message());
    error.set_space("ipdk");
    error.set_code(static_cast<int>(status.error().code()));
  }
  out.add_details()->PackFrom(error);
}

grpc::Status WithDetails(const std::vector<Status>& each, std::string_view what) {
  size_t failed = 0;
  const Status* first = nullptr;
  for (const Status& status : each) {
    if (status.has_value()) continue;
    ++failed;
    if (first == nullptr ||
        (first->error().code() == Code::kAborted && status.error().code() != Code::kAborted))
      first = &status;
  }
  if (failed == 0) return grpc::Status::OK;
  google::rpc::Status details;
  details.set_code(grpc::StatusCode::UNKNOWN);
  details.set_message(fmt::format("{} of {} {} failed; the first: {}", failed, each.size(), what,
                                  first->error().ToString()));
  for (const Status& status : each) AddError(status, details);
  return grpc::Status(grpc::StatusCode::UNKNOWN, details.message(), details.SerializeAsString());
}

class Service final : public p4::v1::P4Runtime::Service {
 public:
  explicit Service(Options options) : options_(std::move(options)) {}

  Status Begin() {
    if (!options_.running.package.empty()) {
      IPDK_ASSIGN(Program program, MakeProgram(options_.running));
      program_ = std::make_shared<const Program>(std::move(program));
      ReadDigests(*program_);
    }
    options_.target->OnPacketToController([this](std::string_view bytes) { PacketIn(bytes); });
    events_ = options_.device->Subscribe({}, [this](const tdi::Event& event) { OnEvent(event); });
    return {};
  }
  void End() {
    options_.target->OnPacketToController({});
    events_.reset();
  }

  grpc::Status Capabilities(grpc::ServerContext*, const p4::v1::CapabilitiesRequest*,
                            p4::v1::CapabilitiesResponse* response) override {
    response->set_p4runtime_api_version("1.5.0");
    return grpc::Status::OK;
  }

  // --- the stream

  grpc::Status StreamChannel(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<p4::v1::StreamMessageResponse, p4::v1::StreamMessageRequest>* stream)
      override {
    auto outbox = std::make_shared<Outbox>();
    StreamId id = 0;
    {
      std::lock_guard lock(streams_mutex_);
      id = ++last_stream_;
      streams_[id] = outbox;
    }
    std::mutex done_mutex;
    std::condition_variable done;
    bool written = false;
    std::thread writer([&] {
      bool alive = true;
      while (auto message = outbox->Pop()) {
        // After a failed write the queue is still drained, so that nobody waits for it.
        if (alive) alive = stream->Write(*message);
      }
      std::lock_guard lock(done_mutex);
      written = true;
      done.notify_all();
    });

    grpc::Status result;
    p4::v1::StreamMessageRequest request;
    while (result.ok() && stream->Read(&request)) {
      switch (request.update_case()) {
        case p4::v1::StreamMessageRequest::kArbitration:
          result = OnArbitration(id, request.arbitration());
          break;
        case p4::v1::StreamMessageRequest::kPacket:
          OnPacketOut(id, request.packet());
          break;
        case p4::v1::StreamMessageRequest::kDigestAck:
          OnDigestAck(id, request.digest_ack());
          break;
        case p4::v1::StreamMessageRequest::kOther:
          StreamError(
              id, Error(Code::kUnimplemented, "architecture-specific messages are not supported"),
              [&](p4::v1::StreamError& error) {
                *error.mutable_other()->mutable_other() = request.other();
              });
          break;
        default:
          break;  // An empty message says nothing.
      }
    }

    {
      std::lock_guard lock(streams_mutex_);
      Tell(arbitration_.Leave(id));
      streams_.erase(id);
    }
    outbox->Close();
    {
      // A client that does not read may hold the writer in a write for ever.
      std::unique_lock lock(done_mutex);
      if (!done.wait_for(lock, std::chrono::seconds(1), [&] { return written; }))
        context->TryCancel();
    }
    writer.join();
    return result;
  }

  // --- the program

  grpc::Status SetForwardingPipelineConfig(
      grpc::ServerContext*, const p4::v1::SetForwardingPipelineConfigRequest* request,
      p4::v1::SetForwardingPipelineConfigResponse*) override {
    std::shared_lock in_flight(in_flight_);
    if (auto status = CheckCaller(*request); !status) return ToGrpc(status);
    std::unique_lock lock(config_mutex_);
    return ToGrpc(SetConfig(*request));
  }

  grpc::Status GetForwardingPipelineConfig(
      grpc::ServerContext*, const p4::v1::GetForwardingPipelineConfigRequest* request,
      p4::v1::GetForwardingPipelineConfigResponse* response) override {
    if (auto status = CheckDevice(request->device_id()); !status) return ToGrpc(status);
    const std::shared_ptr<const Program> program = CurrentProgram();
    if (program == nullptr) return grpc::Status::OK;
    using Get = p4::v1::GetForwardingPipelineConfigRequest;
    auto* config = response->mutable_config();
    const auto type = request->response_type();
    switch (type) {
      case Get::ALL:
      case Get::COOKIE_ONLY:
      case Get::P4INFO_AND_COOKIE:
      case Get::DEVICE_CONFIG_AND_COOKIE:
        break;
      default:
        return ToGrpc(Error(Code::kInvalidArgument,
                            fmt::format("response_type {} is unknown", static_cast<int>(type))));
    }
    if (program->config.has_cookie()) *config->mutable_cookie() = program->config.cookie();
    if (type == Get::ALL || type == Get::P4INFO_AND_COOKIE)
      *config->mutable_p4info() = program->config.p4info();
    if (type == Get::ALL || type == Get::DEVICE_CONFIG_AND_COOKIE)
      config->set_p4_device_config(program->config.p4_device_config());
    return grpc::Status::OK;
  }

  // --- writing and reading

  grpc::Status Write(grpc::ServerContext*, const p4::v1::WriteRequest* request,
                     p4::v1::WriteResponse*) override {
    std::shared_lock in_flight(in_flight_);
    if (auto status = CheckCaller(*request); !status) return ToGrpc(status);
    std::shared_lock lock(config_mutex_);
    const std::shared_ptr<const Program> program = CurrentProgram();
    if (program == nullptr) return ToGrpc(NoProgram());
    if (saved_) {
      return ToGrpc(Error(Code::kUnimplemented,
                          "a program is saved but not committed: writes that wait for it are not "
                          "yet supported; COMMIT first"));
    }
    tdi::Atomicity atomicity;
    switch (request->atomicity()) {
      case p4::v1::WriteRequest::CONTINUE_ON_ERROR:
        atomicity = tdi::Atomicity::kContinueOnError;
        break;
      case p4::v1::WriteRequest::ROLLBACK_ON_ERROR:
        atomicity = tdi::Atomicity::kRollbackOnError;
        break;
      case p4::v1::WriteRequest::DATAPLANE_ATOMIC:
        atomicity = tdi::Atomicity::kDataplaneAtomic;
        break;
      default:
        return ToGrpc(
            Error(Code::kInvalidArgument,
                  fmt::format("atomicity {} is unknown", static_cast<int>(request->atomicity()))));
    }
    Translator translator(*options_.device, program->schema, options_.cpu_port);
    std::vector<Status> each = atomicity == tdi::Atomicity::kContinueOnError
                                   ? WriteEach(translator, *request)
                                   : WriteAll(translator, *request, atomicity);
    return WithDetails(each, "updates");
  }

  grpc::Status Read(grpc::ServerContext* context, const p4::v1::ReadRequest* request,
                    grpc::ServerWriter<p4::v1::ReadResponse>* writer) override {
    if (auto status = CheckDevice(request->device_id()); !status) return ToGrpc(status);
    const std::shared_ptr<const Program> program = CurrentProgram();
    if (program == nullptr) return ToGrpc(NoProgram());
    Translator translator(*options_.device, program->schema, options_.cpu_port);
    p4::v1::ReadResponse response;
    bool alive = true;
    const auto emit = [&](p4::v1::Entity&& entity) {
      *response.add_entities() = std::move(entity);
      if (response.entities_size() < kReadBatch) return true;
      alive = writer->Write(response) && !context->IsCancelled();
      response.clear_entities();
      return alive;
    };
    std::vector<Status> each;
    for (const auto& filter : request->entities()) {
      each.push_back(alive ? translator.Read(filter, emit)
                           : Status(Aborted("the client has gone")));
    }
    if (alive && response.entities_size() != 0) writer->Write(response);
    if (CurrentProgram() != program)
      return ToGrpc(
          Error(Code::kAborted, "the program was replaced while it was being read: read again"));
    return WithDetails(each, "requests");
  }

  // --- for the debug service
  const Options& options() const { return options_; }

 private:
  Status CheckDevice(uint64_t device_id) const {
    if (device_id == options_.device_id) return {};
    return NotFound("device_id {}: this server has device {} only", device_id, options_.device_id);
  }

  template <typename Request>
  Status CheckCaller(const Request& request) {
    IPDK_RETURN_IF_ERROR(CheckDevice(request.device_id()));
    std::lock_guard lock(streams_mutex_);
    return arbitration_.CheckPrimary(RoleName(request), Election(request));
  }

  static Error NoProgram() {
    return Error(
        Code::kFailedPrecondition,
        "no program is loaded: send SetForwardingPipelineConfig first (`ipdk load PROGRAM.p4`)");
  }

  std::shared_ptr<const Program> CurrentProgram() const {
    std::lock_guard lock(program_mutex_);
    return program_;
  }

  // --- streams ---

  // REQUIRES: streams_mutex_ is held.
  void Tell(const std::vector<Notice>& notices) {
    for (const Notice& notice : notices) {
      const auto it = streams_.find(notice.stream);
      if (it == streams_.end()) continue;
      p4::v1::StreamMessageResponse message;
      auto* update = message.mutable_arbitration();
      update->set_device_id(options_.device_id);
      if (!notice.role.empty()) {
        if (notice.role[0] == '#')
          update->mutable_role()->set_id(std::strtoull(notice.role.c_str() + 1, nullptr, 10));
        else
          update->mutable_role()->set_name(notice.role);
      }
      if (!notice.role_config.empty())
        (void)update->mutable_role()->mutable_config()->ParseFromString(notice.role_config);
      if (notice.highest) {
        update->mutable_election_id()->set_high(notice.highest->high);
        update->mutable_election_id()->set_low(notice.highest->low);
      }
      if (notice.to_primary) {
        update->mutable_status()->set_code(grpc::StatusCode::OK);
        update->mutable_status()->set_message("you are primary");
      } else if (notice.has_primary) {
        update->mutable_status()->set_code(grpc::StatusCode::ALREADY_EXISTS);
        update->mutable_status()->set_message("you are backup: another controller is primary");
      } else {
        update->mutable_status()->set_code(grpc::StatusCode::NOT_FOUND);
        update->mutable_status()->set_message("you are backup: there is no primary");
      }
      it->second->Push(std::move(message), false);
    }
  }

  grpc::Status OnArbitration(StreamId id, const p4::v1::MasterArbitrationUpdate& update) {
    if (update.device_id() != options_.device_id) {
      std::lock_guard lock(streams_mutex_);
      const bool known = arbitration_.RoleOf(id).has_value();
      return ToGrpc(Error(known ? Code::kFailedPrecondition : Code::kNotFound,
                          fmt::format("device_id {}: this server has device {} only",
                                      update.device_id(), options_.device_id)));
    }
    std::string role = update.role().name();
    if (role.empty() && update.role().id() != 0) role = fmt::format("#{}", update.role().id());
    if (!update.role().name().empty() && update.role().name()[0] == '#')
      return ToGrpc(Error(Code::kInvalidArgument,
                          fmt::format("role name '{}' must not begin with '#'", role)));
    if (update.role().has_config() && !update.role().config().type_url().empty()) {
      return ToGrpc(Error(
          Code::kInvalidArgument,
          fmt::format(
              "role '{}': role configurations are not supported: every role has full access; leave "
              "role.config unset",
              role)));
    }
    bool new_primary = false;
    std::vector<Notice> self;
    {
      std::lock_guard lock(streams_mutex_);
      auto outcome = arbitration_.Update(id, role, "", Election(update));
      if (!outcome) return ToGrpc(outcome.error());
      Tell(outcome->others);
      new_primary = outcome->new_primary;
      if (!new_primary) Tell(outcome->self);
      self = std::move(outcome->self);
    }
    if (new_primary) {
      // Writes of the former primary end before the new one is told (section 5.3). From the update
      // above on, no other begins.
      {
        std::unique_lock barrier(in_flight_);
      }
      std::lock_guard lock(streams_mutex_);
      // Somebody may have taken over meanwhile; that one's notice is already queued.
      if (arbitration_.IsPrimary(id)) Tell(self);
    }
    return grpc::Status::OK;
  }

  template <typename Details>
  void StreamError(StreamId id, const Error& error, const Details& details) {
    p4::v1::StreamMessageResponse message;
    message.mutable_error()->set_canonical_code(static_cast<int>(error.code()));
    message.mutable_error()->set_message(error.message());
    message.mutable_error()->set_space("ipdk");
    details(*message.mutable_error());
    std::lock_guard lock(streams_mutex_);
    const auto it = streams_.find(id);
    if (it != streams_.end()) it->second->Push(std::move(message), true);
  }

  void OnPacketOut(StreamId id, const p4::v1::PacketOut& packet) {
    const Status status = [&]() -> Status {
      {
        std::lock_guard lock(streams_mutex_);
        if (!arbitration_.IsPrimary(id))
          return PermissionDenied("only the primary controller may send packets");
      }
      const std::shared_ptr<const Program> program = CurrentProgram();
      if (program == nullptr) return std::unexpected(NoProgram());
      IPDK_ASSIGN(const std::string bytes, EncodePacketOut(*program->schema, packet));
      return options_.target->SendFromController(bytes);
    }();
    if (status.has_value()) return;
    StreamError(id, status.error(), [&](p4::v1::StreamError& error) {
      *error.mutable_packet_out()->mutable_packet_out() = packet;
    });
  }

  void OnDigestAck(StreamId id, const p4::v1::DigestListAck& ack) {
    const Status status = [&]() -> Status {
      {
        std::lock_guard lock(streams_mutex_);
        if (!arbitration_.IsPrimary(id))
          return PermissionDenied("only the primary controller may acknowledge digests");
      }
      return digests_.Acknowledge(ack.digest_id(), ack.list_id());
    }();
    if (status.has_value()) return;
    StreamError(id, status.error(), [&](p4::v1::StreamError& error) {
      *error.mutable_digest_list_ack()->mutable_digest_list_ack() = ack;
    });
  }

  static DigestConfig ToConfig(const tdi::Row& row) {
    tdi::FieldReader reader(row.data);
    DigestConfig config;
    config.max_timeout_ns = reader.Bits(64);
    config.max_list_size = static_cast<uint32_t>(reader.Bits(32));
    config.ack_timeout_ns = reader.Bits(64);
    return config;
  }

  // How the running program's digests are to be told: what was kept or recorded for them.
  void ReadDigests(const Program& program) {
    digests_.Clear();
    for (const schema::Digest& digest : program.schema->digests) {
      if (options_.device->FindTable(digest.preamble.id) == nullptr) continue;
      (void)options_.device->Scan(digest.preamble.id, {}, [&](const tdi::RowView& view) {
        digests_.Configure(digest.preamble.id, ToConfig(*view.row));
        return true;
      });
    }
  }

  void OnDigest(const tdi::Event& event) {
    if (!digests_.Wants(event.table)) return;
    const std::shared_ptr<const Program> program = CurrentProgram();
    if (program == nullptr) return;
    for (const schema::Digest& digest : program->schema->digests) {
      if (digest.preamble.id != event.table) continue;
      // What does not fit can only come from a program that has just been replaced.
      auto data = ToDigestData(*program->schema, digest, event.row.data);
      if (data) digests_.Add(event.table, *std::move(data), event.time_ns);
    }
  }

  void ToPrimaries(const p4::v1::StreamMessageResponse& message) {
    std::lock_guard lock(streams_mutex_);
    for (const StreamId id : arbitration_.Primaries()) {
      const auto it = streams_.find(id);
      if (it != streams_.end()) it->second->Push(message, true);
    }
  }

  void PacketIn(std::string_view bytes) {
    const std::shared_ptr<const Program> program = CurrentProgram();
    if (program == nullptr) return;
    p4::v1::StreamMessageResponse message;
    // A packet too short for the program's own header can only come from another program that has
    // just been replaced.
    if (!DecodePacketIn(*program->schema, bytes, *message.mutable_packet()).has_value()) return;
    ToPrimaries(message);
  }

  void OnEvent(const tdi::Event& event) {
    if (event.kind == tdi::EventKind::kDigest) return OnDigest(event);
    if ((event.table & 0xFF000000) == schema::kDigestPrefix) {
      if (event.kind == tdi::EventKind::kDeleted)
        digests_.Remove(event.table);
      else if (event.kind == tdi::EventKind::kInserted || event.kind == tdi::EventKind::kModified)
        digests_.Configure(event.table, ToConfig(event.row));
      return;
    }
    if (event.kind != tdi::EventKind::kIdle) return;
    const std::shared_ptr<const Program> program = CurrentProgram();
    const auto table = options_.device->FindTable(event.table);
    if (program == nullptr || table == nullptr) return;
    Translator translator(*options_.device, program->schema, options_.cpu_port);
    p4::v1::StreamMessageResponse message;
    auto* notification = message.mutable_idle_timeout_notification();
    notification->set_timestamp(static_cast<int64_t>(event.time_ns));
    tdi::RowView view;
    view.row = &event.row;
    if (translator.ToTableEntry(*table, view, false, *notification->add_table_entry()).has_value())
      ToPrimaries(message);
  }

  // --- the program ---

  Result<Program> MakeProgram(const SavedConfig& saved) const {
    IPDK_ASSIGN(PackageInfo info, options_.describe(saved.package));
    Program program;
    program.schema = std::move(info.schema);
    program.config.set_p4_device_config(saved.package);
    if (saved.has_cookie) program.config.mutable_cookie()->set_cookie(saved.cookie);
    p4::config::v1::P4Info& p4info = *program.config.mutable_p4info();
    if (!saved.p4info.empty()) {
      if (!p4info.ParseFromString(saved.p4info)) return DataLoss("the recorded P4Info is not one");
    } else if (!google::protobuf::TextFormat::ParseFromString(info.p4info, &p4info)) {
      return Internal("the package's P4Info cannot be read");
    }
    return program;
  }
  static std::unexpected<Error> DataLoss(std::string_view text) {
    return std::unexpected(Error(Code::kDataLoss, std::string(text)));
  }

  // The P4Info that the controller sent must be the package's, whatever the order of its objects.
  static Status CheckP4Info(const p4::config::v1::P4Info& sent, const std::string& package_text) {
    p4::config::v1::P4Info package;
    if (!google::protobuf::TextFormat::ParseFromString(package_text, &package))
      return Internal("the package's P4Info cannot be read");
    google::protobuf::util::MessageDifferencer differencer;
    differencer.set_repeated_field_comparison(google::protobuf::util::MessageDifferencer::AS_LIST);
    if (differencer.Compare(package, sent)) return {};
    google::protobuf::util::MessageDifferencer unordered;
    unordered.set_repeated_field_comparison(google::protobuf::util::MessageDifferencer::AS_SET);
    std::string report;
    unordered.ReportDifferencesToString(&report);
    if (unordered.Compare(package, sent)) return {};
    constexpr size_t kMost = 600;
    if (report.size() > kMost) report = report.substr(0, kMost) + "...";
    return InvalidArgument(
        "the P4Info sent is not that of the package; send the one that `ipdk compile --emit "
        "p4info` prints. "
        "Differences from the package's: {}",
        report);
  }

  Status SetConfig(const p4::v1::SetForwardingPipelineConfigRequest& request) {
    using Set = p4::v1::SetForwardingPipelineConfigRequest;
    tdi::LoadRequest load;
    load.cpu_port = options_.cpu_port;
    switch (request.action()) {
      case Set::VERIFY:
        load.mode = tdi::LoadMode::kVerify;
        break;
      case Set::VERIFY_AND_SAVE:
        load.mode = tdi::LoadMode::kVerifyAndSave;
        break;
      case Set::VERIFY_AND_COMMIT:
        load.mode = tdi::LoadMode::kVerifyAndCommit;
        break;
      case Set::COMMIT:
        load.mode = tdi::LoadMode::kCommit;
        break;
      case Set::RECONCILE_AND_COMMIT:
        load.mode = tdi::LoadMode::kReconcileAndCommit;
        break;
      default:
        return InvalidArgument(
            "action {}: expected VERIFY, VERIFY_AND_SAVE, VERIFY_AND_COMMIT, COMMIT or "
            "RECONCILE_AND_COMMIT",
            static_cast<int>(request.action()));
    }
    if (load.mode == tdi::LoadMode::kCommit) {
      if (request.has_config())
        return InvalidArgument("COMMIT takes no config: it runs the one saved before");
      if (!saved_)
        return NotFound(
            "COMMIT: no config was saved; use VERIFY_AND_SAVE before, or VERIFY_AND_COMMIT");
      IPDK_RETURN_IF_ERROR(options_.target->Load(load));
      return Committed(std::move(*std::exchange(saved_, std::nullopt)));
    }
    if (!request.has_config())
      return InvalidArgument("{}: config is not set", Set::Action_Name(request.action()));
    const auto& config = request.config();
    if (config.p4_device_config().empty())
      return InvalidArgument(
          "p4_device_config is empty: it must hold the package that `ipdk compile` writes");
    if (!config.has_p4info()) return InvalidArgument("p4info is not set");
    auto info = options_.describe(config.p4_device_config());
    if (!info) return std::unexpected(std::move(info).error().Within("p4_device_config"));
    IPDK_RETURN_IF_ERROR(CheckP4Info(config.p4info(), info->p4info));
    load.package = config.p4_device_config();
    IPDK_RETURN_IF_ERROR(options_.target->Load(load));
    Program program{std::move(info->schema), config};
    if (load.mode == tdi::LoadMode::kVerify) return {};
    if (load.mode == tdi::LoadMode::kVerifyAndSave) {
      saved_ = std::move(program);
      return {};
    }
    saved_.reset();
    return Committed(std::move(program));
  }

  Status Committed(Program program) {
    SavedConfig record;
    record.package = program.config.p4_device_config();
    record.p4info = program.config.p4info().SerializeAsString();
    record.has_cookie = program.config.has_cookie();
    record.cookie = program.config.cookie().cookie();
    {
      std::lock_guard lock(program_mutex_);
      program_ = std::make_shared<const Program>(std::move(program));
    }
    ReadDigests(*CurrentProgram());
    if (!options_.save) return {};
    auto saved = options_.save(record);
    if (!saved)
      return std::unexpected(std::move(saved).error().Within(
          "the program runs, but could not be recorded for a restart"));
    return {};
  }

  // --- Write ---

  // Updates one by one; runs of updates that need no state go to the device in one commit.
  std::vector<Status> WriteEach(Translator& translator, const p4::v1::WriteRequest& request) {
    std::vector<Status> each(static_cast<size_t>(request.updates_size()));
    std::vector<tdi::Operation> run;
    std::vector<size_t> run_update;
    const auto flush = [&] {
      if (run.empty()) return;
      tdi::CommitResult result = options_.device->Commit(run, tdi::Atomicity::kContinueOnError);
      for (size_t i = 0; i < run.size(); ++i) {
        if (i < result.each.size())
          each[run_update[i]] = std::move(result.each[i]);
        else
          each[run_update[i]] = result.status;
      }
      run.clear();
      run_update.clear();
    };
    for (size_t i = 0; i < each.size(); ++i) {
      const p4::v1::Update& update = request.updates(static_cast<int>(i));
      if (Translator::NeedsState(update)) flush();
      auto operations = translator.Write(update);
      if (!operations) {
        each[i] = std::unexpected(std::move(operations).error());
      } else if (operations->size() == 1) {
        run.push_back(std::move(operations->front()));
        run_update.push_back(i);
      } else if (!operations->empty()) {
        flush();
        each[i] = options_.device->Commit(*operations, tdi::Atomicity::kRollbackOnError).status;
      }
    }
    flush();
    return each;
  }

  std::vector<Status> WriteAll(Translator& translator, const p4::v1::WriteRequest& request,
                               tdi::Atomicity atomicity) {
    std::vector<Status> each(static_cast<size_t>(request.updates_size()));
    std::vector<tdi::Operation> all;
    std::vector<size_t> update_of;
    bool failed = false;
    for (size_t i = 0; i < each.size(); ++i) {
      auto operations = translator.Write(request.updates(static_cast<int>(i)));
      if (!operations) {
        each[i] = std::unexpected(std::move(operations).error());
        failed = true;
        continue;
      }
      for (auto& operation : *operations) {
        all.push_back(std::move(operation));
        update_of.push_back(i);
      }
    }
    const auto abort_others = [&] {
      for (Status& status : each) {
        if (status.has_value())
          status = Aborted("not done, because another update of the batch failed");
      }
    };
    if (failed) {
      abort_others();
      return each;
    }
    if (all.empty()) return each;
    tdi::CommitResult result = options_.device->Commit(all, atomicity);
    if (result.status.has_value()) return each;
    bool found = false;
    for (size_t i = 0; i < result.each.size() && i < all.size(); ++i) {
      if (result.each[i].has_value() || result.each[i].error().code() == Code::kAborted) continue;
      each[update_of[i]] = result.each[i];
      found = true;
    }
    // An error of the batch as a whole (atomicity not offered) is every update's.
    if (!found) {
      for (Status& status : each) status = result.status;
    }
    abort_others();
    return each;
  }

  Options options_;

  std::mutex streams_mutex_;
  Arbitration arbitration_;
  std::map<StreamId, std::shared_ptr<Outbox>> streams_;
  StreamId last_stream_ = 0;

  std::shared_mutex in_flight_;  // shared by calls that write; taken whole when the primary changes
  std::shared_mutex config_mutex_;  // taken whole by a load; shared by writes. After in_flight_
  std::optional<Program> saved_;    // guarded by config_mutex_

  mutable std::mutex program_mutex_;
  std::shared_ptr<const Program> program_;

  DigestSender digests_{[this](p4::v1::DigestList&& list) {
    p4::v1::StreamMessageResponse message;
    *message.mutable_digest() = std::move(list);
    ToPrimaries(message);
  }};
  tdi::Subscription events_;  // after what it tells
};

class GrpcServer final : public Server {
 public:
  explicit GrpcServer(Options options)
      : service_(std::move(options)), debug_(MakeDebugService(service_.options())) {}
  ~GrpcServer() override { Stop(); }

  ipdk::Status Listen() {
    grpc::ServerBuilder builder;
    builder.SetMaxReceiveMessageSize(kMaxMessage);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddListeningPort(service_.options().address, grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    builder.RegisterService(debug_.get());
    IPDK_RETURN_IF_ERROR(service_.Begin());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      service_.End();
      return Unavailable("P4Runtime cannot listen on {}: is another daemon using it?",
                         service_.options().address);
    }
    return {};
  }
  int port() const override { return port_; }
  void Stop() override {
    if (server_ == nullptr) return;
    service_.End();
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
    server_->Wait();
    server_.reset();
  }

 private:
  Service service_;
  std::unique_ptr<grpc::Service> debug_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(Options options) {
  auto server = std::make_unique<GrpcServer>(std::move(options));
  IPDK_RETURN_IF_ERROR(server->Listen());
  return server;
}

}  // namespace ipdk::p4runtime
