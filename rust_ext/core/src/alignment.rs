/*!
How two texts are aligned, 64 characters of the one at a time.

A text is cut into blocks of up to 1,024 characters. For each character of the other text a block does a few operations on
its bits and hands a carry to the next block. So the longest common subsequence (Hyyrö 2004) and the least number of
changes (Myers 1999, in blocks as Hyyrö 2003) both take n·m/64 steps. Characters are numbers below the size of an alphabet.
*/

/// A text that others are aligned with, one after the other.
pub struct Aligned {
    blocks: Vec<Block>,
    length: usize,
    /// What the block before has handed on, for each character of the other text.
    carries: Vec<u8>,
}

/// A part of a text, small enough that what is known of it stays in the cache.
struct Block {
    limbs: usize,
    /// For each symbol one more than its place among the masks; 0 for a symbol that the block lacks.
    places: Vec<u16>,
    /// For each symbol of the block a bit for each of its characters.
    masks: Vec<u64>,
}

/// A block has so many limbs of 64 characters.
const LIMBS: usize = 16;

/// How many characters of the other text are done between two looks at whether to stop.
const STEPS: usize = 4_096;

const UP: u8 = 1;
const DOWN: u8 = 2;

impl Aligned {
    /// Prepare a text whose symbols are all below `alphabet`.
    pub fn new(text: &[u32], alphabet: usize, stopped: &dyn Fn() -> bool) -> Self {
        let parts = text.chunks(64 * LIMBS).take_while(|_| !stopped());
        let blocks = parts.map(|part| Block::new(part, alphabet)).collect();
        Self { blocks, length: text.len(), carries: Vec::new() }
    }

    /// The length of the longest common subsequence of this text and `other`; of no meaning if `stopped` said true.
    pub fn common(&mut self, other: &[u32], stopped: &dyn Fn() -> bool) -> usize {
        self.begin(other, 0);
        let mut total = 0;
        for block in &self.blocks {
            let mut state = [u64::MAX; LIMBS];
            let state = &mut state[..block.limbs];
            for (part, carries) in other.chunks(STEPS).zip(self.carries.chunks_mut(STEPS)) {
                if stopped() {
                    return 0;
                }
                for (&symbol, carry) in part.iter().zip(carries) {
                    *carry = match block.masks(symbol) {
                        Some(masks) => step(state, masks, *carry),
                        None => add(state, *carry),
                    };
                }
            }
            total += state.iter().map(|limb| limb.count_zeros() as usize).sum::<usize>();
        }
        total
    }

    /// The least number of changes between this text and `other`; of no meaning if `stopped` said true.
    pub fn distance(&mut self, other: &[u32], stopped: &dyn Fn() -> bool) -> usize {
        let Some(last) = self.blocks.len().checked_sub(1) else { return other.len() };
        // To the left of the text each further character of the other costs one more.
        self.begin(other, UP);
        let (mut score, end) = (self.length, (self.length - 1) % 64);
        for (number, block) in self.blocks.iter().enumerate() {
            let mut columns = [Column { up: u64::MAX, down: 0 }; LIMBS];
            let columns = &mut columns[..block.limbs];
            for (part, carries) in other.chunks(STEPS).zip(self.carries.chunks_mut(STEPS)) {
                if stopped() {
                    return 0;
                }
                for (&symbol, carry) in part.iter().zip(carries) {
                    let (up, down) = change(columns, block.masks(symbol).unwrap_or(&[0; LIMBS]), *carry);
                    *carry = ((up >> 63) as u8 * UP) | ((down >> 63) as u8 * DOWN);
                    if number == last {
                        score = score + (up >> end & 1) as usize - (down >> end & 1) as usize;
                    }
                }
            }
        }
        score
    }

    fn begin(&mut self, other: &[u32], carry: u8) {
        self.carries.clear();
        self.carries.resize(other.len(), carry);
    }
}

impl Block {
    fn new(symbols: &[u32], alphabet: usize) -> Self {
        let mut block = Self { limbs: symbols.len().div_ceil(64), places: vec![0; alphabet], masks: Vec::new() };
        for (at, &symbol) in symbols.iter().enumerate() {
            let place = &mut block.places[symbol as usize];
            if *place == 0 {
                block.masks.resize(block.masks.len() + block.limbs, 0);
                *place = (block.masks.len() / block.limbs) as u16;
            }
            block.masks[(*place as usize - 1) * block.limbs + at / 64] |= 1 << (at % 64);
        }
        block
    }

    /// The bits of a symbol; nothing if the block lacks it.
    fn masks(&self, symbol: u32) -> Option<&[u64]> {
        let place = self.places[symbol as usize] as usize;
        (place > 0).then(|| &self.masks[(place - 1) * self.limbs..place * self.limbs])
    }
}

/// One character: with u = state & mask the state becomes (state + u) | (state − u); the addition carries.
fn step(state: &mut [u64], masks: &[u64], carry: u8) -> u8 {
    let mut carry = carry != 0;
    // Whole blocks have a length that the compiler knows, so that the carry stays in its flag.
    match (<&mut [u64; LIMBS]>::try_from(&mut *state), <&[u64; LIMBS]>::try_from(masks)) {
        (Ok(state), Ok(masks)) => (0..LIMBS).for_each(|limb| carry = added(&mut state[limb], masks[limb], carry)),
        _ => state.iter_mut().zip(masks).for_each(|(limb, mask)| carry = added(limb, *mask, carry)),
    }
    u8::from(carry)
}

fn added(limb: &mut u64, mask: u64, carry: bool) -> bool {
    let (sum, one) = limb.overflowing_add(*limb & mask);
    let (sum, two) = sum.overflowing_add(u64::from(carry));
    *limb = sum | (*limb & !mask);
    one | two
}

/// One character that the block lacks: only the carry goes through.
fn add(state: &mut [u64], carry: u8) -> u8 {
    if carry == 0 { 0 } else { step(state, &[0; LIMBS], carry) }
}

/// Where the distance goes up and down by one along 64 characters of the text.
#[derive(Clone, Copy)]
struct Column {
    up: u64,
    down: u64,
}

/// One character; gives where the last 64 characters' distances went up and down by it, not yet moved.
fn change(columns: &mut [Column], masks: &[u64], carry: u8) -> (u64, u64) {
    let (mut up_in, mut down_in) = (u64::from(carry & UP), u64::from(carry >> 1));
    let (mut up, mut down) = (0, 0);
    for (column, &mask) in columns.iter_mut().zip(masks) {
        let vertical = mask | column.down;
        let equal = mask | down_in;
        let horizontal = (((equal & column.up).wrapping_add(column.up)) ^ column.up) | equal;
        up = column.down | !(horizontal | column.up);
        down = column.up & horizontal;
        let (up_moved, down_moved) = ((up << 1) | up_in, (down << 1) | down_in);
        column.up = down_moved | !(vertical | up_moved);
        column.down = up_moved & vertical;
        (up_in, down_in) = (up >> 63, down >> 63);
    }
    (up, down)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALPHABET: usize = 4;

    /// Some letters in no order, of an alphabet that may be smaller.
    fn text(length: usize, letters: u64, seed: u64) -> Vec<u32> {
        let mixed = |at: u64| (at + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ (seed << 7)) >> 40;
        (0..length as u64).map(|at| (mixed(at) % letters) as u32).collect()
    }

    /// The table of the textbook: the longest common subsequence, and the least number of changes.
    fn table(one: &[u32], other: &[u32]) -> (usize, usize) {
        let mut common = vec![0; other.len() + 1];
        let mut changes: Vec<usize> = (0..=other.len()).collect();
        for (row, letter) in one.iter().enumerate() {
            let (mut left, mut cost) = (vec![0], vec![row + 1]);
            for (column, equal) in other.iter().map(|other| other == letter).enumerate() {
                left.push(if equal { common[column] + 1 } else { left[column].max(common[column + 1]) });
                let change = changes[column] + usize::from(!equal);
                cost.push(change.min(changes[column + 1] + 1).min(cost[column] + 1));
            }
            (common, changes) = (left, cost);
        }
        (common[other.len()], changes[other.len()])
    }

    #[test]
    fn lengths_at_the_edges_of_limbs_and_blocks_equal_the_table() {
        for length in [0, 1, 63, 64, 65, 1_023, 1_024, 1_025, 2_100] {
            for (letters, width) in [(1, 70), (2, 129), (ALPHABET as u64, 5)] {
                let (one, other) = (text(length, letters, 1), text(width, letters, 2));
                let mut aligned = Aligned::new(&one, ALPHABET, &|| false);
                let found = (aligned.common(&other, &|| false), aligned.distance(&other, &|| false));
                assert_eq!(found, table(&one, &other), "{length} and {width} of {letters} letters");
            }
        }
    }

    #[test]
    fn one_text_is_aligned_with_many_others() {
        let one = text(1_500, 3, 1);
        let mut aligned = Aligned::new(&one, ALPHABET, &|| false);
        for (length, seed) in [(2_000, 2), (0, 3), (70, 4), (5_000, 5)] {
            let other = text(length, 3, seed);
            let found = (aligned.common(&other, &|| false), aligned.distance(&other, &|| false));
            assert_eq!(found, table(&one, &other));
        }
        assert_eq!((aligned.common(&one, &|| false), aligned.distance(&one, &|| false)), (one.len(), 0));
    }

    #[test]
    fn it_is_stopped_in_the_middle_of_a_pair() {
        let long = vec![0; 3_000_000];
        let mut aligned = Aligned::new(&long[..100_000], ALPHABET, &|| false);
        assert_eq!((aligned.common(&long, &|| true), aligned.distance(&long, &|| true)), (0, 0));
    }
}
