#include "interface/gnmi/server.h"

#include <gnmi/gnmi.grpc.pb.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <mutex>

#include "interface/openconfig/tree.h"
#include "wire/status.h"

namespace ipdk::gnmi {
namespace {

using openconfig::Change;
using openconfig::Select;
using wire::ToGrpc;

int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void Append(const ::gnmi::Path& from, openconfig::Path& to) {
  for (const auto& element : from.elem()) {
    openconfig::PathElement one;
    one.name = element.name();
    for (const auto& [key, value] : element.key()) one.keys[key] = value;
    to.push_back(std::move(one));
  }
}

// Prefix and path together. Only this device is known, and origins only as far as they say what is
// the case anyway.
Result<openconfig::Path> FullPath(const ::gnmi::Path& prefix, const ::gnmi::Path& path) {
  for (const auto* one : {&prefix, &path}) {
    if (!one->origin().empty() && one->origin() != "openconfig" && one->origin() != "ipdk")
      return InvalidArgument("path origin '{}': expected none, openconfig or ipdk", one->origin());
  }
  openconfig::Path full;
  Append(prefix, full);
  Append(path, full);
  for (const auto& element : full) {
    if (element.name.empty())
      return InvalidArgument("path {}: an element has no name", openconfig::PrintPath(full));
  }
  return full;
}

void ToMessage(const openconfig::Path& path, ::gnmi::Path& out) {
  for (const auto& element : path) {
    auto* one = out.add_elem();
    one->set_name(element.name);
    for (const auto& [key, value] : element.keys) (*one->mutable_key())[key] = value;
  }
}

Result<Change> ToChange(const ::gnmi::Path& prefix, const ::gnmi::Update& update,
                        Change::Kind kind) {
  Change change;
  change.kind = kind;
  IPDK_ASSIGN(change.path, FullPath(prefix, update.path()));
  const ::gnmi::TypedValue& value = update.val();
  const std::string where = openconfig::PrintPath(change.path);
  switch (value.value_case()) {
    case ::gnmi::TypedValue::kJsonIetfVal:
      change.json = value.json_ietf_val();
      return change;
    case ::gnmi::TypedValue::kJsonVal:
      change.json = value.json_val();
      return change;
    case ::gnmi::TypedValue::kStringVal:
      change.scalar = value.string_val();
      break;
    case ::gnmi::TypedValue::kAsciiVal:
      change.scalar = value.ascii_val();
      break;
    case ::gnmi::TypedValue::kIntVal:
      change.scalar = std::to_string(value.int_val());
      break;
    case ::gnmi::TypedValue::kUintVal:
      change.scalar = std::to_string(value.uint_val());
      break;
    case ::gnmi::TypedValue::kBoolVal:
      change.scalar = value.bool_val() ? "true" : "false";
      break;
    case ::gnmi::TypedValue::VALUE_NOT_SET:
      return InvalidArgument("{}: the update has no value", where);
    default:
      return Unimplemented(
          "{}: values of this kind are not supported; use JSON_IETF, string, int, uint or bool",
          where);
  }
  change.is_scalar = true;
  return change;
}

class Service final : public ::gnmi::gNMI::Service {
 public:
  Service(Options options, std::unique_ptr<openconfig::Tree> tree)
      : options_(std::move(options)), tree_(std::move(tree)) {}

  grpc::Status Capabilities(grpc::ServerContext*, const ::gnmi::CapabilityRequest*,
                            ::gnmi::CapabilityResponse* response) override {
    for (const auto& model : tree_->Models()) {
      auto* one = response->add_supported_models();
      one->set_name(model.name);
      one->set_organization(model.organization);
      one->set_version(model.version);
    }
    response->add_supported_encodings(::gnmi::JSON_IETF);
    response->set_gnmi_version("0.10.0");
    return grpc::Status::OK;
  }

  grpc::Status Get(grpc::ServerContext*, const ::gnmi::GetRequest* request,
                   ::gnmi::GetResponse* response) override {
    return ToGrpc(DoGet(*request, *response));
  }

  grpc::Status Set(grpc::ServerContext*, const ::gnmi::SetRequest* request,
                   ::gnmi::SetResponse* response) override {
    std::lock_guard lock(set_mutex_);
    return ToGrpc(DoSet(*request, *response));
  }

  grpc::Status Subscribe(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<::gnmi::SubscribeResponse, ::gnmi::SubscribeRequest>*) override {
    return grpc::Status(grpc::StatusCode::UNIMPLEMENTED,
                        "Subscribe is not yet supported; poll with Get");
  }

 private:
  Status DoGet(const ::gnmi::GetRequest& request, ::gnmi::GetResponse& response) {
    if (request.encoding() != ::gnmi::JSON_IETF && request.encoding() != ::gnmi::JSON)
      return Unimplemented("encoding {}: only JSON_IETF is supported",
                           ::gnmi::Encoding_Name(request.encoding()));
    for (const auto& model : request.use_models()) {
      bool known = false;
      for (const auto& ours : tree_->Models()) known |= ours.name == model.name();
      if (!known) return InvalidArgument("use_models: model '{}' is not supported", model.name());
    }
    Select select = Select::kAll;
    switch (request.type()) {
      case ::gnmi::GetRequest::ALL:
        break;
      case ::gnmi::GetRequest::CONFIG:
        select = Select::kConfig;
        break;
      case ::gnmi::GetRequest::STATE:
        select = Select::kState;
        break;
      case ::gnmi::GetRequest::OPERATIONAL:
        select = Select::kOperational;
        break;
      default:
        return InvalidArgument("type {}: expected ALL, CONFIG, STATE or OPERATIONAL",
                               static_cast<int>(request.type()));
    }
    std::vector<::gnmi::Path> paths(request.path().begin(), request.path().end());
    if (paths.empty()) paths.emplace_back();
    for (const auto& path : paths) {
      IPDK_ASSIGN(const openconfig::Path full, FullPath(request.prefix(), path));
      IPDK_ASSIGN(const auto found, tree_->Get(full, select));
      auto* notification = response.add_notification();
      notification->set_timestamp(Now());
      if (!request.prefix().target().empty())
        notification->mutable_prefix()->set_target(request.prefix().target());
      for (const auto& one : found) {
        auto* update = notification->add_update();
        ToMessage(one.path, *update->mutable_path());
        if (request.encoding() == ::gnmi::JSON)
          update->mutable_val()->set_json_val(one.json);
        else
          update->mutable_val()->set_json_ietf_val(one.json);
      }
    }
    return {};
  }

  Status DoSet(const ::gnmi::SetRequest& request, ::gnmi::SetResponse& response) {
    if (request.union_replace_size() != 0)
      return Unimplemented("union_replace is not supported; use replace");
    std::vector<Change> changes;
    for (const auto& path : request.delete_()) {
      Change change;
      change.kind = Change::Kind::kDelete;
      IPDK_ASSIGN(change.path, FullPath(request.prefix(), path));
      changes.push_back(std::move(change));
    }
    for (const auto& update : request.replace()) {
      IPDK_ASSIGN(Change change, ToChange(request.prefix(), update, Change::Kind::kReplace));
      changes.push_back(std::move(change));
    }
    for (const auto& update : request.update()) {
      IPDK_ASSIGN(Change change, ToChange(request.prefix(), update, Change::Kind::kUpdate));
      changes.push_back(std::move(change));
    }
    IPDK_ASSIGN(const openconfig::Plan plan, tree_->MakePlan(changes));
    if (!plan.operations.empty()) IPDK_RETURN_IF_ERROR(options_.commit(plan.operations));
    if (options_.wait) {
      for (const auto& [table, key] : plan.unchanged)
        IPDK_RETURN_IF_ERROR(options_.wait(table, key));
    }
    response.set_timestamp(Now());
    if (request.has_prefix()) *response.mutable_prefix() = request.prefix();
    const auto answer = [&](const ::gnmi::Path& path, ::gnmi::UpdateResult::Operation operation) {
      auto* result = response.add_response();
      *result->mutable_path() = path;
      result->set_op(operation);
    };
    for (const auto& path : request.delete_()) answer(path, ::gnmi::UpdateResult::DELETE);
    for (const auto& update : request.replace())
      answer(update.path(), ::gnmi::UpdateResult::REPLACE);
    for (const auto& update : request.update()) answer(update.path(), ::gnmi::UpdateResult::UPDATE);
    return {};
  }

  const Options options_;
  const std::unique_ptr<openconfig::Tree> tree_;
  std::mutex set_mutex_;
};

class GrpcServer final : public Server {
 public:
  GrpcServer(Options options, std::unique_ptr<openconfig::Tree> tree)
      : address_(options.address), service_(std::move(options), std::move(tree)) {}
  ~GrpcServer() override { Stop(); }

  ipdk::Status Listen() {
    grpc::ServerBuilder builder;
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddListeningPort(address_, grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0)
      return Unavailable("gNMI cannot listen on {}: is another daemon using it?", address_);
    return {};
  }
  int port() const override { return port_; }
  void Stop() override {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
    server_->Wait();
    server_.reset();
  }

 private:
  const std::string address_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(Options options) {
  IPDK_ASSIGN(auto tree, openconfig::Tree::Create(*options.device));
  auto server = std::make_unique<GrpcServer>(std::move(options), std::move(tree));
  IPDK_RETURN_IF_ERROR(server->Listen());
  return server;
}

}  // namespace ipdk::gnmi
