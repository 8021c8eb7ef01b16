#include "wire/gnmi_client.h"

#include <gnmi/gnmi.grpc.pb.h>
#include <grpcpp/grpcpp.h>

#include <map>

#include "wire/channel.h"
#include "wire/status.h"

namespace ipdk::wire {
namespace {

constexpr size_t kMaxElements = 64;

class Client final : public GnmiClient {
 public:
  Client(GnmiOptions options, const std::shared_ptr<grpc::Channel>& channel)
      : options_(std::move(options)), stub_(gnmi::gNMI::NewStub(channel)) {}

  Result<gnmi::CapabilityResponse> Capabilities() override {
    grpc::ClientContext context;
    SetDeadline(context);
    gnmi::CapabilityResponse response;
    IPDK_RETURN_IF_ERROR(FromGrpc(stub_->Capabilities(&context, {}, &response)));
    return response;
  }
  Result<gnmi::GetResponse> Get(const gnmi::GetRequest& request) override {
    grpc::ClientContext context;
    SetDeadline(context);
    gnmi::GetResponse response;
    IPDK_RETURN_IF_ERROR(FromGrpc(stub_->Get(&context, request, &response)));
    return response;
  }
  Result<gnmi::SetResponse> Set(const gnmi::SetRequest& request) override {
    grpc::ClientContext context;
    SetDeadline(context);
    gnmi::SetResponse response;
    IPDK_RETURN_IF_ERROR(FromGrpc(stub_->Set(&context, request, &response)));
    return response;
  }

 private:
  void SetDeadline(grpc::ClientContext& context) const {
    context.set_deadline(std::chrono::system_clock::now() + options_.timeout);
  }
  const GnmiOptions options_;
  std::unique_ptr<gnmi::gNMI::Stub> stub_;
};

}  // namespace

Result<gnmi::Path> ParsePath(std::string_view text) {
  gnmi::Path path;
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '/') {
      ++at;
      continue;
    }
    if (path.elem_size() >= static_cast<int>(kMaxElements))
      return InvalidArgument("path has more than {} elements", kMaxElements);
    auto* element = path.add_elem();
    while (at < text.size() && text[at] != '/' && text[at] != '[')
      element->mutable_name()->push_back(text[at++]);
    if (element->name().empty())
      return InvalidArgument("path '{}': a name is wanted at column {}", text, at + 1);
    while (at < text.size() && text[at] == '[') {
      const size_t open = at++;
      std::string key, value;
      while (at < text.size() && text[at] != '=' && text[at] != ']') key.push_back(text[at++]);
      if (at >= text.size() || text[at] != '=' || key.empty())
        return InvalidArgument("path '{}': '[key=value]' is wanted at column {}", text, open + 1);
      ++at;
      while (at < text.size() && text[at] != ']') {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        value.push_back(text[at++]);
      }
      if (at >= text.size())
        return InvalidArgument("path '{}': ']' is missing for the '[' at column {}", text,
                               open + 1);
      ++at;
      (*element->mutable_key())[key] = value;
    }
    if (at < text.size() && text[at] != '/')
      return InvalidArgument("path '{}': '/' is wanted at column {}, got '{}'", text, at + 1,
                             text[at]);
  }
  return path;
}

std::string PrintPath(const gnmi::Path& path) {
  std::string out;
  for (const auto& element : path.elem()) {
    out += '/';
    out += element.name();
    const std::map<std::string, std::string> keys(element.key().begin(), element.key().end());
    for (const auto& [key, value] : keys) {
      out += '[' + key + '=';
      for (const char c : value) {
        if (c == ']' || c == '\\') out += '\\';
        out += c;
      }
      out += ']';
    }
  }
  return out.empty() ? "/" : out;
}

Result<std::vector<GnmiClient::Value>> GnmiClient::GetJson(std::string_view path,
                                                           std::string_view type) {
  gnmi::GetRequest request;
  IPDK_ASSIGN(gnmi::Path parsed, ParsePath(path));
  *request.add_path() = std::move(parsed);
  request.set_encoding(gnmi::JSON_IETF);
  gnmi::GetRequest::DataType data_type = gnmi::GetRequest::ALL;
  if (!gnmi::GetRequest::DataType_Parse(std::string(type), &data_type))
    return InvalidArgument("type '{}': expected ALL, CONFIG, STATE or OPERATIONAL", type);
  request.set_type(data_type);
  IPDK_ASSIGN(const gnmi::GetResponse response, Get(request));
  std::vector<Value> values;
  for (const auto& notification : response.notification()) {
    for (const auto& update : notification.update())
      values.push_back({PrintPath(update.path()), update.val().json_ietf_val()});
  }
  return values;
}

Status GnmiClient::SetJson(const std::vector<Change>& changes) {
  gnmi::SetRequest request;
  for (const Change& change : changes) {
    IPDK_ASSIGN(gnmi::Path path, ParsePath(change.path));
    if (change.kind == Change::Kind::kDelete) {
      *request.add_delete_() = std::move(path);
      continue;
    }
    auto* update =
        change.kind == Change::Kind::kReplace ? request.add_replace() : request.add_update();
    *update->mutable_path() = std::move(path);
    update->mutable_val()->set_json_ietf_val(change.json);
  }
  IPDK_ASSIGN(const gnmi::SetResponse response, Set(request));
  return {};
}

Result<std::unique_ptr<GnmiClient>> GnmiClient::Connect(GnmiOptions options) {
  auto channel = OpenChannel(options.address, options.connect_timeout);
  if (channel == nullptr) return Unavailable("no gNMI server answers at {}", options.address);
  return std::make_unique<Client>(std::move(options), channel);
}

}  // namespace ipdk::wire
