import Foundation
import Ports
import TestSupport
import Testing

/// Every body we send and every one the fake answers, held against the vendor's own client, since
/// the vendor's schemas are not at hand.
@Suite(
  .enabled(if: PythonJudge.has("azure.mgmt.compute"), "azure-mgmt-compute is not installed"))
struct AzureBodyTests {
  private struct Exchange: Encodable, Sendable {
    var method: String
    var path: String
    var status: Int
    var sent: String
    var answered: String
  }

  @Test(.timeLimit(.minutes(3)))
  func `Every member we send or our fake answers is one of azure-mgmt-compute's models`()
    async throws
  {
    let exchanges = try await AzureRecording.make().map { request, reply in
      Exchange(
        method: request.method, path: URLComponents(string: request.url)?.path ?? "",
        status: reply.status, sent: String(decoding: request.body, as: UTF8.self),
        answered: String(decoding: reply.body, as: UTF8.self))
    }
    let script = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/azure_bodies.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path],
      input: String(decoding: JSONEncoder().encode(exchanges), as: UTF8.self), limit: 120)
    #expect(outcome.output == "")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
