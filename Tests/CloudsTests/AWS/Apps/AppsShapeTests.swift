import Clouds
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

/// What is said on the wire, held to others' descriptions of it.
@Suite(.timeLimit(.minutes(2))) struct AppsShapeTests {
  @Test func `The permissions are those of the calls that are made, and of no others`() async throws
  {
    let made = Set(try await AppsRecording.make().map { AppsRecording.operation(of: $0.request) })
    let listed = CloudCapabilities.awsAppsPermissions
    #expect(made == Set(listed.flatMap(\.calls)))
    #expect(listed.allSatisfy { $0.calls == [$0.name] })
    let changes = ["Update", "Register"]
    #expect(
      listed.allSatisfy { one in one.acts == changes.contains { one.name.contains(":\($0)") } })
  }

  @Test func `Every request is a signed POST to the root`() async throws {
    for exchange in try await AppsRecording.make() {
      let (request, reply) = (exchange.request, exchange.reply)
      #expect(request.method == "POST" && request.url.hasSuffix("/") && request.signing != nil)
      #expect(reply.status == 200, "\(String(decoding: reply.body, as: UTF8.self))")
    }
  }

  /// Two operations and the XML service are not among the models: those are boto3's to judge.
  @Test(
    .enabled(if: SharedFiles.exists("specs/aws"), "the models of AWS's services are not here"))
  func `Requests and answers have the shapes of AWS's own models`() async throws {
    let folder = try #require(SharedFiles.url("specs/aws"))
    var bodies: [[Any]] = []
    for exchange in try await AppsRecording.make() {
      let (request, reply) = (exchange.request, exchange.reply)
      let operation = AppsRecording.operation(of: request)
      guard !operation.hasPrefix("ec2:") else { continue }
      for (direction, body) in [("input", request.body), ("output", reply.body)] {
        bodies.append([operation, direction, try JSONSerialization.jsonObject(with: Data(body))])
      }
    }
    #expect(bodies.count > 40)
    let input = String(
      decoding: try JSONSerialization.data(withJSONObject: bodies), as: UTF8.self)
    let script = SharedFiles.packageRoot.appending(path: "Tests/CloudsTests/Tools/check_shapes.py")
    let outcome = try await PythonJudge.aside(
      [PythonJudge.python, script.path, folder.path], input: input, limit: 60)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output == """
        not in the models: sagemaker:DescribeModel
        not in the models: sagemaker:ListTags

        """)
  }
}
