import FleetModel
import Logging
import Ports

/// Lists every cloud at its pace; an answer that is not complete changes nothing.
struct InventoryLoop: Sendable {
  let parts: ControllerParts
  let watch: FleetWatch
  let health: Health

  func run() async {
    await withDiscardingTaskGroup { group in
      for actuator in parts.actuators { group.addTask { await follow(actuator) } }
    }
  }

  private func follow(_ actuator: any Actuator) async {
    while !Task.isCancelled {
      // The moment of asking: what changed while the answer was on its way is not in it.
      let asked = parts.clock.now()
      do throws(ActuateError) {
        let inventory = try await actuator.inventory()
        await watch.take(inventory, of: actuator.cloud, at: asked)
        await health.listed(actuator.cloud, error: nil)
        parts.counters.count("finops_inventories_total", ["outcome": "ok"])
      } catch {
        // Being told to stop is no trouble.
        guard !Task.isCancelled else { return }
        await health.listed(actuator.cloud, error: "\(error)")
        parts.counters.count("finops_inventories_total", ["outcome": "failed"])
        parts.log.warning(
          "inventory failed", metadata: ["cloud": "\(actuator.cloud)", "error": "\(error)"])
      }
      guard (try? await parts.clock.sleep(for: parts.pace.inventory)) != nil else { return }
    }
  }
}
