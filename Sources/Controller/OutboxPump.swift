import FleetModel
import Logging
import Ports

/// Delivers alerts from the outbox, each until it arrives or is dead.
struct OutboxPump: Sendable {
  let parts: ControllerParts

  func run() async {
    let channels = Dictionary(uniqueKeysWithValues: parts.notifiers.map { ($0.name, $0) })
    guard !channels.isEmpty else { return }
    while !Task.isCancelled {
      let messages = (try? await parts.outbox.claim(limit: 32)) ?? []
      await withDiscardingTaskGroup { group in
        for message in messages {
          guard let notifier = channels[message.channel] else { continue }
          group.addTask { await deliver(message, through: notifier) }
        }
      }
      guard messages.isEmpty else { continue }
      guard (try? await parts.wall.sleep(for: parts.pace.outbox)) != nil else { return }
    }
  }

  private func deliver(_ message: OutboxMessage, through notifier: any Notifier) async {
    do throws(DeliveryError) {
      try await notifier.deliver(message)
      try? await parts.outbox.delivered(message.id, channel: message.channel)
      parts.counters.count("finops_alerts_total", ["outcome": "delivered"])
    } catch {
      await settle(message, error)
    }
  }

  private func settle(_ message: OutboxMessage, _ error: DeliveryError) async {
    parts.counters.count("finops_alerts_total", ["outcome": "failed"])
    parts.log.warning(
      "alert not delivered", metadata: ["id": "\(message.id)", "why": "\(error)"])
    switch error {
    case .rejected(let text), .gone(let text):
      try? await parts.outbox.bury(message.id, channel: message.channel, error: text)
    case .retry(let after, let text):
      // What the receiver asks for is a floor: it neither hurries us nor keeps a message for ever.
      guard let pause = parts.retryDelay(message.attempts) else {
        try? await parts.outbox.bury(message.id, channel: message.channel, error: text)
        return
      }
      try? await parts.outbox.retry(
        message.id, channel: message.channel, after: max(pause, after ?? .zero), error: text)
    }
  }
}
