import FleetModel
import Ports
import Synchronization

extension FakeEC2 {
  func exchange(_ asked: LoopbackServer.Asked) -> LoopbackServer.Exchange {
    for service in state.withLock({ $0.services }) {
      if let operation = service.operation(of: asked) {
        return exchange(asked, operation, with: service)
      }
    }
    guard asked.method == "POST", asked.path == "/", var form = FakeForm(asked.body) else {
      let refused = FakeRegion.Refusal(code: "InvalidRequest", message: "POST a form to /")
      return .init(answer: FakeQuery.ec2.refusal(refused, "-"))
    }
    let version = form.take("Version")
    let query = FakeQuery.allCases.first { $0.version == version }
    let service = query ?? .ec2
    let action = form.take("Action") ?? ""
    let effects = faults.effects(service: service.service, action: action)
    guard effects.allSatisfy({ $0.kind.letsRequestsThrough }) else {
      let (code, status) = Self.spoiled(effects)
      let refused = FakeRegion.Refusal(code: code, message: "An injected fault.", status: status)
      return .init(answer: service.refusal(refused, "fault"), effects: effects)
    }
    let key = Self.key(of: asked)
    return .init(
      answer: carryOut(action, &form, for: service, isKnown: query != nil, by: key),
      effects: effects)
  }

  /// A request that a fault keeps from having any effect.
  private static func spoiled(_ effects: [FaultEffect]) -> (code: String, status: Int) {
    guard let error = effects.first(where: { $0.kind == .error }) else {
      return ("InternalError", 500)
    }
    return (error.code ?? "InternalError", error.status ?? 400)
  }

  private func exchange(
    _ asked: LoopbackServer.Asked, _ operation: String, with service: any FakeAWSService
  ) -> LoopbackServer.Exchange {
    let effects = faults.effects(service: service.service, action: operation)
    guard effects.allSatisfy({ $0.kind.letsRequestsThrough }) else {
      let (code, status) = Self.spoiled(effects)
      return .init(
        answer: service.refusal(code, status, "An injected fault."), effects: effects)
    }
    let now = time.now()
    let refused = state.withLock { state in
      state.region.refusal(of: Self.key(of: asked), for: nil, at: now)
    }
    let answer =
      refused.map { service.refusal($0.code, $0.status, $0.message) }
      ?? service.answer(asked, operation)
    state.withLock { state in
      state.count += 1
      state.note(
        Call(
          action: operation, parameters: ["body": String(decoding: asked.body, as: UTF8.self)],
          at: now, requestID: Self.requestID(state.count),
          error: answer.status == 200 ? nil : refused?.code ?? "HTTP \(answer.status)"))
    }
    return .init(answer: answer, effects: effects)
  }

  private func carryOut(
    _ action: String, _ form: inout FakeForm, for service: FakeQuery, isKnown: Bool, by key: String?
  ) -> Answer {
    let now = time.now()
    let parameters = form.fields
    let (answer, launched) = state.withLock { state -> (Answer, [String]) in
      state.count += 1
      let requestID = Self.requestID(state.count)
      var call = Call(action: action, parameters: parameters, at: now, requestID: requestID)
      let answer: Answer
      do throws(FakeRegion.Refusal) {
        guard isKnown else {
          throw .init(code: "NoSuchVersion", message: "The requested version is not known.")
        }
        let content = try state.region.answer(action, &form, for: service, by: key, at: now)
        answer = service.success(action, content, requestID)
      } catch {
        call.error = error.code
        answer = service.refusal(error, requestID)
      }
      state.note(call)
      defer { state.region.launched = [] }
      return (answer, state.region.launched)
    }
    welcome(launched)
    return answer
  }

  /// The access key a request is signed with.
  private static func key(of asked: LoopbackServer.Asked) -> String? {
    let said = asked.headers["authorization"] ?? ""
    guard let start = said.firstRange(of: "Credential=") else { return nil }
    return String(said[start.upperBound...].prefix { $0 != "/" })
  }

  private static func requestID(_ count: Int) -> String {
    let digits = String(count, radix: 16)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }
}

extension FakeEC2.State {
  mutating func note(_ call: FakeEC2.Call) {
    calls.append(call)
    if calls.count > FakeEC2.longestLog { calls.removeFirst(FakeEC2.longestLog / 2) }
  }
}
