import CostModel
import FleetModel

/// Another machine type with as many GPUs of another kind, one for one.
///
/// One for one, because how a model is spread over the GPUs of a node is not known here.
enum MachineSwap {
  /// How full a machine may be by a figure that was not measured on it (SEMANTICS 4.6's 0.8).
  private static let headroom = 0.8

  static func ideas(for scene: RightsizeScene) -> [Rightsize.Idea] {
    scene.offers.compactMap { offer in
      let price = offer.price
      guard offer.machine.count == scene.machine.count, offer.machine.gpu != scene.machine.gpu,
        price.cloud == scene.node.cloud, price.capacity == scene.node.capacity,
        price.region ?? scene.node.region == scene.node.region,
        scene.memory <= offer.machine.gpu.memoryMiB, price.hourly == scene.hourly(of: price.type)
      else { return nil }
      return measured(price, scene) ?? estimated(price, offer.machine.gpu, scene)
    }
  }

  /// By what both machines were measured to pay for a million tokens of the same model.
  private static func measured(_ price: Price, _ scene: RightsizeScene) -> Rightsize.Idea? {
    guard let (now, then) = scene.worstPair(with: price.type) else { return nil }
    let monthly = Int128(scene.monthly.nanos)
    let part = monthly - monthly * Int128(then.nanos) / Int128(now.nanos)
    let saving = Money(nanos: Int64(clamping: part))
    return Rightsize.Idea(saving: saving, isMeasured: true) {
      Advice(
        kind: .rightsize, subject: .pool(scene.pool.name), pool: scene.pool.name,
        text: "Measured, a million tokens cost $\(then.cents) on \(price.type) and "
          + "$\(now.cents) on \(scene.node.type).",
        monthlySaving: saving, risk: .low, command: command)
    }
  }

  /// By memory bandwidth (decode) and bf16 arithmetic (prefill), both within the headroom.
  private static func estimated(
    _ price: Price, _ gpu: GPUType, _ scene: RightsizeScene
  ) -> Rightsize.Idea? {
    let present = scene.machine.gpu
    guard let dram = scene.needs.dram.quantile(0.95),
      let tensor = scene.needs.tensor.quantile(0.95)
    else { return nil }
    let decode = present.gigabytesPerSecond / gpu.gigabytesPerSecond
    let prefill = present.teraflops / gpu.teraflops
    guard dram * decode <= headroom, tensor * prefill <= headroom else { return nil }
    let saving = scene.monthly - price.hourly.cost(of: .hours(720 * Int64(scene.count)))
    return Rightsize.Idea(saving: saving) {
      Advice(
        kind: .rightsize, subject: .pool(scene.pool.name), pool: scene.pool.name,
        text: "\(price.type) (\(gpu.rawValue)) would do for \(scene.node.type): memory "
          + "\(Int(scene.memory.rounded(.up))) of \(Int(gpu.memoryMiB)) MiB, bandwidth "
          + "\((dram * decode).percent), arithmetic \((tensor * prefill).percent). Decode takes "
          + "about \(decode.brief) times as long. Look at the host's CPU and memory first.",
        monthlySaving: saving, risk: max(decode, prefill) <= 1 ? .medium : .high,
        isEstimated: true, command: command)
    }
  }

  private static let command = "finops diff --config new.yaml"
}

extension RightsizeScene {
  /// What another type costs where this pool's machines are.
  fileprivate func hourly(of type: InstanceType) -> HourlyRate? {
    var other = node
    other.type = type
    return prices.price(of: other)?.hourly
  }

  /// Prices of a million tokens now and on another type, for the model where the change is worth
  /// least; nil when no model was measured on both.
  fileprivate func worstPair(with type: InstanceType) -> (now: Money, then: Money)? {
    let pairs = capabilities.filter { $0.node == node.type }.compactMap { mine in
      let other = capabilities.last { $0.node == type && $0.model == mine.model }
      return mine.perMillionOutputTokens.flatMap { now -> (Money, Money)? in
        guard now > .zero, let then = other?.perMillionOutputTokens, then > .zero else {
          return nil
        }
        return (now, then)
      }
    }
    return pairs.max { left, right in
      Int128(left.1.nanos) * Int128(right.0.nanos) < Int128(right.1.nanos) * Int128(left.0.nanos)
    }
  }
}
