const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The day a reader joined, as wide for everybody: `05 Nov 2026` for English frames, `05.11.2026` for all others. */
export function joinedSlots(at: Date): { joined: string; since: string } {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), String(at.getUTCDate()).padStart(2, '0')];
  return { joined: `${day} ${months[month]} ${year}`, since: `${day}.${String(month + 1).padStart(2, '0')}.${year}` };
}
