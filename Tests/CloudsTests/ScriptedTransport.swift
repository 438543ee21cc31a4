import FleetModel
import Ports
import Synchronization

/// Answers with what the test wrote down, in order, and keeps what was asked.
final class ScriptedTransport: HTTPTransport {
  private struct State {
    var answers: [Result<HTTPResponse, TransportError>]
    var asked: [HTTPRequest] = []
  }

  private let state: Mutex<State>

  init(_ answers: [Result<HTTPResponse, TransportError>]) {
    state = Mutex(State(answers: answers))
  }

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let answer = state.withLock { state in
      state.asked.append(request)
      return state.answers.isEmpty
        ? .failure(TransportError.notSent("the script has ended")) : state.answers.removeFirst()
    }
    return try answer.get()
  }

  /// The form of each request so far.
  var forms: [[String: String]] {
    state.withLock { $0.asked }.map { Self.form(String(decoding: $0.body, as: UTF8.self)) }
  }

  var requests: [HTTPRequest] { state.withLock { $0.asked } }

  static func form(_ body: String) -> [String: String] {
    let pairs = body.split(separator: "&").map { pair -> (String, String) in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
  static func json(_ text: String, status: Int = 200, headers: [HTTPField] = []) -> Self {
    .success(HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
  }

  static func xml(
    _ text: String, status: Int = 200, headers: [HTTPField] = []
  ) -> Self {
    .success(HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))
  }

  static func fault(_ code: String, status: Int = 400, headers: [HTTPField] = []) -> Self {
    xml(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Response><Errors><Error><Code>\(code)</Code><Message>because &amp; so</Message></Error>\
      </Errors><RequestID>req-1</RequestID></Response>
      """, status: status, headers: headers)
  }

  /// A page of running instances of one type, pretty-printed as AWS does it.
  static func page(_ ids: [String], next: String? = nil, headers: [HTTPField] = []) -> Self {
    let items = ids.map { id in
      """
      <item>
        <instancesSet>
          <item>
            <instanceId>\(id)</instanceId>
            <instanceType>g5.xlarge</instanceType>
            <instanceState>
              <code>16</code>
              <name>running</name>
            </instanceState>
            <launchTime>2026-11-21T01:44:22.000Z</launchTime>
            <placement><availabilityZone>us-east-1a</availabilityZone></placement>
            <tagSet>
              <item><key>finops-fleet</key><value>f</value></item>
              <item><key>Name</key><value>a b &lt;c&gt;</value></item>
              <item><key>empty</key><value/></item>
            </tagSet>
          </item>
        </instancesSet>
      </item>
      """
    }
    let token = next.map { "<nextToken>\($0)</nextToken>" } ?? ""
    let set =
      items.isEmpty ? "<reservationSet/>" : "<reservationSet>\(items.joined())</reservationSet>"
    return xml(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
        <requestId>req-2</requestId>
        \(set)\(token)
      </DescribeInstancesResponse>
      """, headers: headers)
  }

  static func types(_ counts: [(String, Int)]) -> Self {
    let items = counts.map { name, count in
      let gpus =
        count == 0 ? "" : "<gpuInfo><gpus><item><count>\(count)</count></item></gpus></gpuInfo>"
      return "<item><instanceType>\(name)</instanceType>\(gpus)</item>"
    }
    return xml(
      "<DescribeInstanceTypesResponse><requestId>r</requestId><instanceTypeSet>"
        + items.joined() + "</instanceTypeSet></DescribeInstanceTypesResponse>")
  }

  /// DescribeInstanceAttribute's answer for either protection of an instance that has neither.
  static func unprotected(_ id: String) -> Self {
    xml(
      "<DescribeInstanceAttributeResponse><requestId>r</requestId><instanceId>\(id)</instanceId>"
        + "<disableApiStop><value>false</value></disableApiStop><disableApiTermination>"
        + "<value>false</value></disableApiTermination></DescribeInstanceAttributeResponse>")
  }

  static func changed(_ id: String, to state: String, set: String = "instancesSet") -> Self {
    xml(
      "<StopInstancesResponse><requestId>req-3</requestId><\(set)><item><instanceId>\(id)"
        + "</instanceId><currentState><code>64</code><name>\(state)</name></currentState>"
        + "<previousState><code>16</code><name>running</name></previousState></item></\(set)>"
        + "</StopInstancesResponse>")
  }
}
