import FleetModel
import Foundation
import Ports
import Synchronization

/// Answers every call of Azure's with something that lets the next one follow.
final class EchoTransport: HTTPTransport {
  private let asked = Mutex<[HTTPRequest]>([])
  var requests: [HTTPRequest] { asked.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    asked.withLock { $0.append(request) }
    return Self.answer(request)
  }

  static let group =
    "/subscriptions/\(azureSubscription)/resourceGroups/fleet/providers/Microsoft.Compute"

  private static func answer(_ request: HTTPRequest) -> HTTPResponse {
    let path = URLComponents(string: request.url)?.path ?? ""
    guard request.method == "GET" else { return accepted(request) }
    if path.contains("/operations/") { return reply(#"{"status":"Succeeded"}"#) }
    let sku = #""sku":{"name":"Standard_NC24ads_A100_v4","capacity":2}"#
    let tags = #""location":"eastus","tags":{"finops-fleet":"f"}"#
    let set =
      #"{"id":"\#(group)/virtualMachineScaleSets/workers",\#(tags),\#(sku),"properties":{}}"#
    let member =
      #"{"id":"\#(group)/virtualMachineScaleSets/workers/virtualMachines/1","instanceId":"1",\#(tags),\#(sku)}"#
    let machine =
      #"{"id":"\#(group)/virtualMachines/gpu",\#(tags),"properties":{"hardwareProfile":{"vmSize":"Standard_NC24ads_A100_v4"}}}"#
    if path.hasSuffix("/autoscalesettings") { return reply(#"{"value":[]}"#) }
    if path.hasSuffix("/skus") { return reply(#"{"value":[]}"#) }
    if path.hasSuffix("/virtualMachineScaleSets") { return reply(#"{"value":[\#(set)]}"#) }
    if path.hasSuffix("/workers/virtualMachines") { return reply(#"{"value":[\#(member)]}"#) }
    if path.hasSuffix("/virtualMachines") {
      // States leave the machine out, so that its own is asked for.
      return reply(
        request.url.contains("statusOnly") ? #"{"value":[]}"# : #"{"value":[\#(machine)]}"#)
    }
    if path.hasSuffix("/instanceView") { return reply(#"{"statuses":[]}"#) }
    if path.hasSuffix("/workers/virtualMachines/1") { return reply(member) }
    if path.hasSuffix("/virtualMachineScaleSets/workers") { return reply(set) }
    if path.hasSuffix("/virtualMachines/gpu") { return reply(machine) }
    return reply(#"{"error":{"code":"ResourceNotFound","message":""}}"#, status: 404)
  }

  private static func accepted(_ request: HTTPRequest) -> HTTPResponse {
    var answer = reply("", status: request.method == "PUT" ? 201 : 202)
    let poll =
      "https://arm.example/subscriptions/s/providers/Microsoft.Compute/locations/l/operations/1"
    answer.headers = [HTTPField("Azure-AsyncOperation", poll), HTTPField("Retry-After", "1")]
    return answer
  }

  private static func reply(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, body: Array(text.utf8))
  }
}
