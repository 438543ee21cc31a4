import FleetModel
import Foundation
import Ports

/// Modal's calls, as values: methods of the gRPC service modal.client.ModalClient.
///
/// The contract is not published. The numbers of the fields are facts read out of the client for
/// Python, modal 1.6.4.
struct ModalCalls: Sendable {
  /// "https://api.modal.com".
  let base: String
  /// Empty: the workspace's own.
  let environment: String

  /// The id by which the others name a function, and what it runs on.
  func functionGet(_ name: ModalFunctionName) -> CloudCall {
    call("FunctionGet") {
      $0.string(1, name.app)
      $0.string(2, name.function)
      $0.string(4, environment)
    }
  }

  func functionGetSchedulingParams(_ id: String) -> CloudCall {
    call("FunctionGetSchedulingParams") { $0.string(1, id) }
  }

  func functionGetCurrentStats(_ id: String) -> CloudCall {
    call("FunctionGetCurrentStats") { $0.string(1, id) }
  }

  /// Only what is given changes.
  func functionUpdateSchedulingParams(
    _ id: String, _ settings: ModalAutoscaler
  ) -> CloudCall {
    call("FunctionUpdateSchedulingParams", effect: .change) {
      $0.string(1, id)
      $0.message(3) { inner in
        inner.uint32(1, settings.minContainers)
        inner.uint32(2, settings.maxContainers)
      }
    }
  }

  /// - Parameter resolution: "d" for days, "h" for hours.
  func workspaceBillingReport(
    from: Timestamp, to: Timestamp, resolution: String
  ) -> CloudCall {
    call("WorkspaceBillingReport") {
      $0.message(1) { $0.int64(1, from.microseconds / 1_000_000) }
      $0.message(2) { $0.int64(1, to.microseconds / 1_000_000) }
      $0.string(3, resolution)
    }
  }

  private func call(
    _ method: String, effect: CloudCall.Effect = .look, _ write: (inout ProtobufWriter) -> Void
  ) -> CloudCall {
    CloudCall(
      method, "POST", url: "\(base)/modal.client.ModalClient/\(method)",
      headers: [
        HTTPField("content-type", "application/grpc+proto"), HTTPField("te", "trailers"),
        // The server gives up when we do.
        HTTPField("grpc-timeout", "30S"),
        // Modal's client repeats it here, because a part of the server does not see :authority.
        HTTPField("x-modal-host", URL(string: base)?.host() ?? ""),
      ],
      body: GRPC.frame(ProtobufWriter.message(write)), effect: effect, limits: CloudCall.limits)
  }
}

extension ModalCalls {
  /// Modal refuses clients it finds too old; the number is that of the client whose contract this is.
  static let contract = "1.6.4"

  /// A call with the proof of who asks. CLIENT_TYPE_CLIENT is 1.
  static func signed(_ call: CloudCall, _ token: ModalToken) -> HTTPRequest {
    var request = call.request
    request.version = .http2
    request.headers += [
      HTTPField("x-modal-client-version", contract), HTTPField("x-modal-client-type", "1"),
      HTTPField("x-modal-token-id", token.id),
      HTTPField("x-modal-token-secret", token.secret.reveal()),
    ]
    return request
  }
}

/// A function of an app: "APP/FUNCTION", for a class "APP/CLASS.*".
struct ModalFunctionName: Sendable, Hashable {
  var app: String
  var function: String

  var workload: WorkloadID { WorkloadID("\(app)/\(function)") }

  init(app: String, function: String) {
    self.app = app
    self.function = function
  }

  /// nil when it is not two names.
  init?(_ workload: WorkloadID) {
    let parts = workload.parts
    guard parts.count == 2, parts.allSatisfy(\.isPathPart) else { return nil }
    self.init(app: parts[0], function: parts[1])
  }
}
