import Crypto
import FleetModel

/// A standard queue as a value: every answer is a function of it, the request and the moment.
struct FakeQueueState: Sendable {
  struct Message: Sendable {
    var id: String
    var body: String
    var hiddenUntil: Timestamp?
    /// The newest handle; older ones have expired.
    var handle: String?
    var given = 0
  }

  struct Refusal: Error {
    var code: String
    var message: String
    var status = 400

    /// As SQS's JSON protocol writes it, with the Query protocol's code in a header.
    var answer: Answer {
      let body =
        "{\"__type\":\(quoted("com.amazonaws.sqs#" + code)),\"message\":\(quoted(message))}"
      let old = code == "QueueDoesNotExist" ? "AWS.SimpleQueueService.NonExistentQueue" : code
      return Answer(
        status: status, contentType: "application/x-amz-json-1.0", body: Array(body.utf8),
        headers: [(name: "x-amzn-query-error", value: old + ";Sender")])
    }
  }

  struct Request: Sendable {
    var most: Int
    var wait: Int
    var hidden: Int
  }

  var url = ""
  /// In the order they were sent.
  private(set) var messages: [Message] = []
  private(set) var deleted = 0
  private(set) var given = 0
  private var made = 0
  private let twice: Int
  /// The queue's own, where a request names none.
  private let visibility = 30

  init(twice: Int) { self.twice = twice }

  mutating func send(_ body: String) -> String {
    made += 1
    let digits = String(made, radix: 16)
    let id = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    messages.append(Message(id: id, body: body))
    return id
  }

  mutating func request(_ fields: inout FakeMembers) throws(Refusal) -> Request {
    try admit(&fields)
    let request = Request(
      most: fields.number("MaxNumberOfMessages") ?? 1,
      wait: fields.number("WaitTimeSeconds") ?? 0,
      hidden: fields.number("VisibilityTimeout") ?? visibility)
    for name in ["AttributeNames", "MessageSystemAttributeNames", "MessageAttributeNames"] {
      fields.drop(name)
    }
    try close(fields)
    try check("MaxNumberOfMessages", request.most, 1...10)
    try check("WaitTimeSeconds", request.wait, 0...20)
    try check("VisibilityTimeout", request.hidden, 0...43_200)
    return request
  }

  /// Up to as many visible messages as were asked for; they are hidden now.
  mutating func receive(_ request: Request, at now: Timestamp) -> [Message] {
    var found: [Message] = []
    for index in messages.indices where found.count < request.most {
      let message = messages[index]
      let isHidden = message.hiddenUntil.map { now < $0 } ?? false
      let comesTwice = twice > 0 && message.given == 1 && (index + 1) % twice == 0
      guard !isHidden || comesTwice else { continue }
      messages[index].given += 1
      given += 1
      messages[index].handle = "\(message.id)/\(messages[index].given)"
      messages[index].hiddenUntil = now.advanced(by: .seconds(request.hidden))
      found.append(messages[index])
    }
    return found
  }

  mutating func answer(
    _ operation: String, _ fields: inout FakeMembers, at now: Timestamp
  ) throws(Refusal) -> String {
    if operation == "GetQueueUrl" {
      let name = fields.text("QueueName") ?? ""
      fields.drop("QueueOwnerAWSAccountId")
      try close(fields)
      guard url.hasSuffix("/" + name) else { throw Self.noQueue }
      return "{\"QueueUrl\":\(quoted(url))}"
    }
    try admit(&fields)
    switch operation {
    case "SendMessage": return try send(&fields)
    case "DeleteMessage":
      let handle = fields.text("ReceiptHandle") ?? ""
      try close(fields)
      if let code = delete(handle) { throw Refusal(code: code, message: "The handle is invalid.") }
      return "{}"
    case "DeleteMessageBatch": return try deleteBatch(&fields)
    case "ChangeMessageVisibility":
      let (handle, hidden) = (fields.text("ReceiptHandle"), fields.number("VisibilityTimeout") ?? 0)
      try close(fields)
      for index in messages.indices where messages[index].handle == handle {
        messages[index].hiddenUntil = now.advanced(by: .seconds(hidden))
      }
      return "{}"
    default:
      fields.drop("AttributeNames")
      try close(fields)
      let hidden = messages.count { $0.hiddenUntil.map { now < $0 } ?? false }
      return
        "{\"Attributes\":{\"ApproximateNumberOfMessages\":\"\(messages.count - hidden)\","
        + "\"ApproximateNumberOfMessagesNotVisible\":\"\(hidden)\"}}"
    }
  }

  private mutating func send(_ fields: inout FakeMembers) throws(Refusal) -> String {
    guard let body = fields.text("MessageBody"), !body.isEmpty else {
      throw Refusal(
        code: "MissingParameter", message: "The request must contain the parameter MessageBody.")
    }
    fields.drop("DelaySeconds")
    try close(fields)
    let id = send(body)
    return "{\"MessageId\":\(quoted(id)),\"MD5OfMessageBody\":\(quoted(Self.digest(body)))}"
  }

  private mutating func deleteBatch(_ fields: inout FakeMembers) throws(Refusal) -> String {
    let entries = fields.objects("Entries")
    try close(fields)
    guard !entries.isEmpty else {
      throw Refusal(code: "EmptyBatchRequest", message: "There should be at least one entry.")
    }
    guard entries.count <= 10 else {
      throw Refusal(
        code: "TooManyEntriesInBatchRequest",
        message: "Maximum number of entries per request is 10.")
    }
    var pairs: [(id: String, handle: String)] = []
    for entry in entries {
      var entry = entry
      guard let id = entry.text("Id"), let handle = entry.text("ReceiptHandle") else {
        throw Refusal(code: "MissingParameter", message: "An entry has Id and ReceiptHandle.")
      }
      try close(entry)
      pairs.append((id, handle))
    }
    guard Set(pairs.map(\.id)).count == pairs.count else {
      throw Refusal(code: "BatchEntryIdsNotDistinct", message: "Ids must be distinct.")
    }
    var (done, failed): ([String], [String]) = ([], [])
    for (id, handle) in pairs {
      if let code = delete(handle) {
        failed.append(
          "{\"Id\":\(quoted(id)),\"SenderFault\":true,\"Code\":\(quoted(code)),"
            + "\"Message\":\"The input receipt handle is invalid.\"}")
      } else {
        done.append("{\"Id\":\(quoted(id))}")
      }
    }
    return
      "{\"Successful\":[\(done.joined(separator: ","))],\"Failed\":[\(failed.joined(separator: ","))]}"
  }

  /// An error's code. Deleting what is gone, or by a handle that a later receive has replaced, is
  /// answered as done; only the newest handle deletes.
  private mutating func delete(_ handle: String) -> String? {
    let id = handle.split(separator: "/").first.map(String.init) ?? ""
    guard id.hasPrefix("00000000-0000-4000-8000-") else { return "ReceiptHandleIsInvalid" }
    guard let index = messages.firstIndex(where: { $0.handle == handle }) else { return nil }
    messages.remove(at: index)
    deleted += 1
    return nil
  }

  static func list(_ messages: [Message]) -> String {
    guard !messages.isEmpty else { return "{}" }
    let items = messages.map { message in
      "{\"MessageId\":\(quoted(message.id)),\"ReceiptHandle\":\(quoted(message.handle ?? "")),"
        + "\"MD5OfBody\":\(quoted(digest(message.body))),\"Body\":\(quoted(message.body))}"
    }
    return "{\"Messages\":[\(items.joined(separator: ","))]}"
  }

  private static func digest(_ text: String) -> String {
    Insecure.MD5.hash(data: Array(text.utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }.joined()
  }

  private mutating func admit(_ fields: inout FakeMembers) throws(Refusal) {
    guard fields.text("QueueUrl") == url else { throw Self.noQueue }
  }

  private static let noQueue = Refusal(
    code: "QueueDoesNotExist", message: "The specified queue does not exist.")

  private func close(_ fields: FakeMembers) throws(Refusal) {
    guard let name = fields.unknown else { return }
    throw Refusal(code: "SerializationException", message: "\(name) is not known")
  }

  private func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(Refusal) {
    guard !range.contains(value) else { return }
    throw Refusal(
      code: "InvalidParameterValue",
      message: "Value \(value) for parameter \(name) is invalid. Reason: Must be between "
        + "\(range.lowerBound) and \(range.upperBound).")
  }
}
