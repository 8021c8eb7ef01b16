#include "wire/p4runtime_client.h"

#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <ipdk/v1/debug.grpc.pb.h>
#include <p4/v1/p4runtime.grpc.pb.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "wire/channel.h"
#include "wire/status.h"

namespace ipdk::wire {
namespace {

using Stream =
    grpc::ClientReaderWriter<p4::v1::StreamMessageRequest, p4::v1::StreamMessageResponse>;

class Client final : public P4RuntimeClient {
 public:
  Client(P4RuntimeOptions options, std::shared_ptr<grpc::Channel> channel)
      : options_(std::move(options)),
        channel_(channel),
        stub_(p4::v1::P4Runtime::NewStub(channel)),
        debug_(ipdk::v1::Debug::NewStub(channel)) {}
  ~Client() override { CloseStream(); }

  Result<p4::v1::MasterArbitrationUpdate> Arbitrate() override {
    if (!stream_) {
      context_ = std::make_unique<grpc::ClientContext>();
      stream_ = stub_->StreamChannel(context_.get());
      {
        std::lock_guard lock(mutex_);
        ended_ = false;
        inbox_.clear();
      }
      reader_ = std::thread([this] { ReadLoop(); });
    }
    p4::v1::StreamMessageRequest message;
    auto* update = message.mutable_arbitration();
    update->set_device_id(options_.device_id);
    if (!options_.role.empty()) update->mutable_role()->set_name(options_.role);
    update->mutable_election_id()->set_high(options_.election_high);
    update->mutable_election_id()->set_low(options_.election_low);
    stream_->Write(message);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::unique_lock lock(mutex_);
    for (;;) {
      for (auto it = inbox_.begin(); it != inbox_.end(); ++it) {
        if (!it->has_arbitration()) continue;
        p4::v1::MasterArbitrationUpdate answer = it->arbitration();
        inbox_.erase(it);
        return answer;
      }
      if (ended_) return std::unexpected(StreamError());
      if (arrived_.wait_until(lock, deadline) == std::cv_status::timeout)
        return DeadlineExceeded("{}: no answer to the arbitration update within 10 s",
                                options_.address);
    }
  }

  Status Send(const p4::v1::StreamMessageRequest& message) override {
    if (!stream_) return FailedPrecondition("the stream is not open: call Arbitrate first");
    if (!stream_->Write(message)) {
      std::unique_lock lock(mutex_);
      arrived_.wait_for(lock, std::chrono::seconds(2), [this] { return ended_; });
      return std::unexpected(StreamError());
    }
    return {};
  }

  Result<std::optional<p4::v1::StreamMessageResponse>> Receive(
      std::chrono::milliseconds timeout) override {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, timeout, [this] { return ended_ || !inbox_.empty(); });
    if (!inbox_.empty()) {
      p4::v1::StreamMessageResponse message = std::move(inbox_.front());
      inbox_.pop_front();
      return message;
    }
    if (ended_) return std::unexpected(StreamError());
    return std::nullopt;
  }

  void CloseStream() override {
    if (!stream_) return;
    stream_->WritesDone();
    {
      // A server that does not end the stream by itself is not waited for.
      std::unique_lock lock(mutex_);
      if (!arrived_.wait_for(lock, std::chrono::seconds(2), [this] { return ended_; }))
        context_->TryCancel();
    }
    reader_.join();
    stream_.reset();
    context_.reset();
  }

  Status SetConfig(p4::v1::SetForwardingPipelineConfigRequest request) override {
    Identify(request);
    grpc::ClientContext context;
    SetDeadline(context);
    p4::v1::SetForwardingPipelineConfigResponse response;
    return FromGrpc(stub_->SetForwardingPipelineConfig(&context, request, &response));
  }

  Result<std::optional<p4::v1::ForwardingPipelineConfig>> GetConfig(int response_type) override {
    p4::v1::GetForwardingPipelineConfigRequest request;
    request.set_device_id(options_.device_id);
    request.set_response_type(
        static_cast<p4::v1::GetForwardingPipelineConfigRequest_ResponseType>(response_type));
    grpc::ClientContext context;
    SetDeadline(context);
    p4::v1::GetForwardingPipelineConfigResponse response;
    IPDK_RETURN_IF_ERROR(
        FromGrpc(stub_->GetForwardingPipelineConfig(&context, request, &response)));
    if (!response.has_config()) return std::nullopt;
    return std::move(*response.mutable_config());
  }

  WriteOutcome Write(p4::v1::WriteRequest request) override {
    Identify(request);
    grpc::ClientContext context;
    SetDeadline(context);
    p4::v1::WriteResponse response;
    const grpc::Status status = stub_->Write(&context, request, &response);
    WriteOutcome outcome;
    outcome.status = FromGrpc(status);
    google::rpc::Status details;
    if (!status.ok() && details.ParseFromString(status.error_details())) {
      for (const auto& any : details.details()) {
        p4::v1::Error error;
        if (!any.UnpackTo(&error)) continue;
        if (error.canonical_code() == 0)
          outcome.each.emplace_back();
        else
          outcome.each.push_back(
              std::unexpected(Error(static_cast<Code>(error.canonical_code()), error.message())));
      }
    }
    return outcome;
  }

  Status Read(p4::v1::ReadRequest request,
              const std::function<bool(const p4::v1::Entity&)>& entity) override {
    if (request.device_id() == 0) request.set_device_id(options_.device_id);
    grpc::ClientContext context;
    SetDeadline(context);
    auto reader = stub_->Read(&context, request);
    p4::v1::ReadResponse response;
    while (reader->Read(&response)) {
      for (const auto& item : response.entities()) {
        if (entity(item)) continue;
        context.TryCancel();
        (void)reader->Finish();
        return {};
      }
    }
    const grpc::Status status = reader->Finish();
    // The cause is in the details when the whole is only "some requests failed".
    google::rpc::Status details;
    if (!status.ok() && details.ParseFromString(status.error_details())) {
      for (const auto& any : details.details()) {
        p4::v1::Error error;
        if (any.UnpackTo(&error) && error.canonical_code() != 0)
          return std::unexpected(Error(static_cast<Code>(error.canonical_code()), error.message()));
      }
    }
    return FromGrpc(status);
  }

  Result<std::string> ApiVersion() override {
    grpc::ClientContext context;
    SetDeadline(context);
    p4::v1::CapabilitiesRequest request;
    request.set_device_id(options_.device_id);
    p4::v1::CapabilitiesResponse response;
    IPDK_RETURN_IF_ERROR(FromGrpc(stub_->Capabilities(&context, request, &response)));
    return response.p4runtime_api_version();
  }

  Result<ipdk::v1::StatusResponse> DebugStatus() override {
    grpc::ClientContext context;
    SetDeadline(context);
    ipdk::v1::StatusResponse response;
    IPDK_RETURN_IF_ERROR(FromGrpc(debug_->Status(&context, {}, &response)));
    return response;
  }

  Result<ipdk::v1::TraceResponse> Trace(uint32_t port, std::string packet) override {
    grpc::ClientContext context;
    SetDeadline(context);
    ipdk::v1::TraceRequest request;
    request.set_port(port);
    request.set_packet(std::move(packet));
    ipdk::v1::TraceResponse response;
    IPDK_RETURN_IF_ERROR(FromGrpc(debug_->Trace(&context, request, &response)));
    return response;
  }

 private:
  void SetDeadline(grpc::ClientContext& context) const {
    context.set_deadline(std::chrono::system_clock::now() + options_.timeout);
  }

  template <typename Request>
  void Identify(Request& request) const {
    if (request.device_id() == 0) request.set_device_id(options_.device_id);
    if (request.role().empty() && !options_.role.empty()) request.set_role(options_.role);
    if (!request.has_election_id()) {
      request.mutable_election_id()->set_high(options_.election_high);
      request.mutable_election_id()->set_low(options_.election_low);
    }
  }

  void ReadLoop() {
    p4::v1::StreamMessageResponse message;
    while (stream_->Read(&message)) {
      std::lock_guard lock(mutex_);
      inbox_.push_back(std::move(message));
      arrived_.notify_all();
      message.Clear();
    }
    const grpc::Status status = stream_->Finish();
    std::lock_guard lock(mutex_);
    final_ = FromGrpc(status);
    ended_ = true;
    arrived_.notify_all();
  }

  Error StreamError() const {
    if (!final_.has_value()) return final_.error();
    return Error(Code::kUnavailable,
                 fmt::format("{}: the server ended the stream", options_.address));
  }

  const P4RuntimeOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<p4::v1::P4Runtime::Stub> stub_;
  std::unique_ptr<ipdk::v1::Debug::Stub> debug_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<Stream> stream_;
  std::thread reader_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<p4::v1::StreamMessageResponse> inbox_;
  bool ended_ = false;
  Status final_;
};

}  // namespace

Result<std::unique_ptr<P4RuntimeClient>> P4RuntimeClient::Connect(P4RuntimeOptions options) {
  auto channel = OpenChannel(options.address, options.connect_timeout);
  if (channel == nullptr) return Unavailable("no P4Runtime server answers at {}", options.address);
  return std::make_unique<Client>(std::move(options), std::move(channel));
}

}  // namespace ipdk::wire
